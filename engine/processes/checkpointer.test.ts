import { expect } from 'chai';
import { CheckpointFlag } from '../recovery/checkpoint-flags.js';
import { runCheckpointer } from './checkpointer.js';
import type { ServerProcess } from './server-process.js';

const TIMEOUT_SECONDS = 30;

/** Runs a checkpointer, a second of virtual time between rounds; `attempt` is called for each checkpoint it begins. */
async function checkpointsAt(rounds: number, attempt: (second: number) => void): Promise<number[]> {
  let second = 0;
  const begun: number[] = [];
  const recovery = {
    requests: { attachCheckpointer() {}, detachCheckpointer() {}, isPending: () => false },
    scheduleSettings: () => ({
      checkpointTimeoutSeconds: TIMEOUT_SECONDS,
      completionTarget: 0,
      maxWalMegabytes: 100,
      segmentBytes: 2 ** 20,
    }),
    serveRequests(flags: number) {
      expect(flags).to.equal(CheckpointFlag.causeTime);
      begun.push(second);
      attempt(second);
    },
    performShutdownCheckpoint() {},
  };
  const wal = { redoLsn: () => 0, insertLsn: () => 0 };
  const process = {
    os: { clock: { monotonic: () => second * 1000 } },
    openInstance: () => ({ recovery, wal, storage: { sync: { absorb() {} } } }),
    get shouldStop() {
      return second >= rounds;
    },
    survive: async (_: unknown, work: () => void) => {
      try {
        work();
      } catch {
        // as the real one: logged, and the loop goes on
      }
    },
    rest: async () => void second++,
    acceptStop() {},
  };
  await runCheckpointer(process as unknown as ServerProcess);
  return begun;
}

describe('the checkpointer', () => {
  it('makes a checkpoint whenever the timeout is over', async () => {
    expect(await checkpointsAt(70, () => {})).to.deep.equal([30, 60]);
  });

  // Cause: the time of a checkpoint was noted before it was made.
  // Consequence: after one that failed, for want of disk space say, WAL grew for a whole timeout more.
  // Fix: only a checkpoint that succeeded counts.
  it('tries one that failed again with the next round', async () => {
    const fail = (second: number): void => {
      if (second < 33) throw new Error('No space left on device');
    };
    expect(await checkpointsAt(70, fail)).to.deep.equal([30, 31, 32, 33, 63]);
  });
});
