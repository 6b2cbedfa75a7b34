import { expect } from 'chai';
import { Settings } from '../base/settings/settings.js';
import { Interrupt } from '../memory/process-slots.js';
import type { Memory } from '../memory/memory.js';
import { ServerProcess, type ChildArguments } from './server-process.js';

function processWith(interrupts: number, wait: () => Promise<boolean>): ServerProcess {
  const memory = {
    slots: { mine: 1, interrupts: () => interrupts, showWaiting() {}, showWorking() {} },
    latches: { wait },
  } as unknown as Memory;
  const unused = undefined as never;
  return new ServerProcess('walwriter', {} as ChildArguments, unused, memory, unused, new Settings(), unused, unused);
}

describe('a server process', () => {
  // Cause: a wait within a round's work (a checkpoint's pause between writes) used up the latch of a request to stop.
  // Consequence: the process then slept for its whole delay, and a fast shutdown took a second longer.
  // Fix: it looks at what is asked of it before every rest.
  it('does not rest when it was asked to stop during its work', async () => {
    let rests = 0;
    const wait = async (): Promise<boolean> => ++rests > 0;
    await processWith(Interrupt.terminate, wait).rest(1000, 'WalWriterMain');
    expect(rests).to.equal(0);
    await processWith(0, wait).rest(1000, 'WalWriterMain');
    expect(rests).to.equal(1);
  });
});
