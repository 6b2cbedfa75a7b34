import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { emptySummary, type Summary } from '../results/summary.js';
import { leftMs, openProgress, statusLine } from './progress.js';

function summary(change: Partial<Summary> = {}): Summary {
  return { ...emptySummary(1, 'engine', 'all'), ...change };
}

function output(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => String((stream as unknown as PassThrough).read() ?? '') };
}

describe('progress', () => {
  it('tells cycles, crashes, states a second, faults by kind, commits and violations', () => {
    const faults = { planned: 20, fired: 15, firedByKind: { stall: 3, kill: 12 }, unfired: {} };
    const line = statusLine(summary({ cycles: 12, crashStates: 8000, faults, elapsedMs: 10_000 }));
    expect(line).to.equal(
      '12 cycles, 0 crashes, 8000 crash states (800/s), 15 of 20 faults fired (12 kill, 3 stall), 0 commits acknowledged, 0 violations, 10 s',
    );
  });

  it('says how long it will take: by time, by cycles, by whichever comes first', () => {
    const now = { cycles: 10, elapsedMs: 20_000 };
    expect(leftMs(now, { timeMs: 60_000 })).to.equal(40_000);
    expect(leftMs(now, { cycles: 15 })).to.equal(10_000);
    expect(leftMs(now, { cycles: 15, timeMs: 60_000 })).to.equal(10_000);
    expect(leftMs({ cycles: 0, elapsedMs: 5 }, { cycles: 15 })).to.equal(undefined);
    expect(leftMs({ cycles: 20, elapsedMs: 5 }, { cycles: 15 })).to.equal(0);
  });

  it('is plain lines where there is no terminal, and nothing when it shall be quiet', () => {
    const { stream, text } = output(false);
    const progress = openProgress({ goal: { cycles: 1 }, output: stream });
    progress.update(summary());
    progress.say('VIOLATED durability');
    progress.stop();
    expect(text()).to.equal('VIOLATED durability\n');
    const quiet = output(true);
    const none = openProgress({ goal: { cycles: 1 }, output: quiet.stream, isQuiet: true });
    none.update(summary());
    none.say('a failure');
    none.stop();
    expect(quiet.text()).to.equal('a failure\n');
  });
});
