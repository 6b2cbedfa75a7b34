import { expect } from 'chai';
import { Settings } from '../base/settings/settings.js';
import { arenaBytes } from '../memory/arena.js';
import { memorySizes } from '../memory/area-table.js';
import type { EngineContext } from '../memory/context.js';
import { Interrupts } from '../memory/interrupts.js';
import { openMemory } from '../memory/memory.js';
import { Interrupt } from '../memory/process-slots.js';
import { openRealOs } from '../os/real-os.js';
import type { SharedMemory } from '../os/os.js';
import { CheckpointFlag } from './checkpoint-flags.js';
import { CheckpointRequests } from './checkpoint-requests.js';

/**
 * Both sides in one process: whenever the backend would sleep, the next step of the checkpointer's script runs.
 */
class TwoProcesses {
  readonly shared: SharedMemory;
  readonly backend: EngineContext;
  readonly checkpointer: EngineContext;
  readonly backendRequests: CheckpointRequests;
  readonly checkpointerRequests: CheckpointRequests;
  script: (() => void)[] = [];
  sleeps = 0;

  constructor() {
    const settings = new Settings();
    settings.set('max_connections', 40, 'default');
    const sizes = memorySizes(settings);
    const os = openRealOs();
    this.shared = os.sharedMemory.create(arenaBytes(sizes));
    const open = (slot: number): EngineContext => {
      const memory = openMemory(os, this.shared, sizes, slot);
      memory.slots.claim(os.processes.pid, 1);
      return { os, memory, settings, interrupts: new Interrupts(memory.slots, () => 0), dataDirectory: '/nowhere' };
    };
    this.backend = open(35);
    this.checkpointer = open(42);
    this.backend.memory.latches.waitSync = () => {
      this.sleeps++;
      const step = this.script.shift();
      if (!step) throw new Error('the backend would sleep for ever');
      step();
      return true;
    };
    this.backendRequests = new CheckpointRequests(this.backend);
    this.checkpointerRequests = new CheckpointRequests(this.checkpointer);
    this.checkpointerRequests.attachCheckpointer();
  }
}

describe('checkpoint requests', () => {
  let both: TwoProcesses;
  beforeEach(() => (both = new TwoProcesses()));
  afterEach(() => both.shared.release());

  it('adds requests up until one checkpoint takes them all', () => {
    const { backendRequests, checkpointerRequests } = both;
    expect(checkpointerRequests.isPending()).to.equal(false);
    backendRequests.request(CheckpointFlag.causeWal);
    backendRequests.request(CheckpointFlag.immediate);
    expect(checkpointerRequests.isHurried()).to.equal(true);
    expect(checkpointerRequests.begin()).to.equal(
      CheckpointFlag.causeWal | CheckpointFlag.immediate | CheckpointFlag.requested,
    );
    expect(checkpointerRequests.isPending()).to.equal(false);
  });

  it('waits for a checkpoint that begins after the request', () => {
    const { backendRequests, checkpointerRequests } = both;
    checkpointerRequests.begin();
    both.script = [
      () => checkpointerRequests.end('done'),
      () => checkpointerRequests.begin(),
      () => checkpointerRequests.end('done'),
    ];
    backendRequests.request(CheckpointFlag.wait);
    expect(both.sleeps).to.equal(3);
  });

  it('tells the waiter that its checkpoint failed', () => {
    const { backendRequests, checkpointerRequests } = both;
    both.script = [() => checkpointerRequests.begin(), () => checkpointerRequests.end('failed')];
    expect(() => backendRequests.request(CheckpointFlag.wait)).to.throw('checkpoint request failed');
  });

  it('lets a waiter be cancelled and wakes it no more', () => {
    const { backendRequests, backend, checkpointerRequests } = both;
    both.script = [() => backend.memory.slots.raiseInterrupt(35, Interrupt.cancel)];
    expect(() => backendRequests.request(CheckpointFlag.wait)).to.throw('canceling statement due to user request');
    checkpointerRequests.begin();
    expect(Atomics.load(backend.memory.slots.area.i32, backend.memory.slots.latchWord(35))).to.equal(0);
  });

  it('wakes waiters through their latches, and the checkpointer through its own', () => {
    const { backendRequests, backend, checkpointer, checkpointerRequests } = both;
    const isSet = (slot: number): boolean =>
      Atomics.load(backend.memory.slots.area.i32, backend.memory.slots.latchWord(slot)) === 1;
    both.script = [
      () => {
        expect(isSet(checkpointer.memory.slots.mine)).to.equal(true);
        checkpointerRequests.begin();
        expect(isSet(35)).to.equal(true);
        checkpointerRequests.end('done');
      },
    ];
    backendRequests.request(CheckpointFlag.wait);
  });
});
