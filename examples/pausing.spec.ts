import { expect } from 'chai';
import { exitCodeOf, openTarget, runCampaign, type CycleConfig } from 'crashwright';
import { dir } from 'tmp-promise';

/** A fault of one's own (pausing.ts), in plans of one's own: faults are values that print and parse. */
describe('example: a checkpointer that stands still', function () {
  this.timeout(120_000);

  it('loses nothing', async () => {
    const target = openTarget('engine');
    const out = await dir({ unsafeCleanup: true });
    const pausing = (config: CycleConfig): CycleConfig => ({
      ...config,
      workload: 'bank',
      checkpointEveryMs: 20,
      rounds: [{ faults: ['act pause-checkpointer at +0.020', 'kill all at random +0.400'] }],
    });
    try {
      const summary = await runCampaign({
        ...target,
        extensions: [import.meta.resolve('./pausing.js')],
        adjust: pausing,
        mutants: [],
        seed: 1,
        cycles: 2,
        jobs: 1,
        shard: { index: 1, of: 1 },
        out: out.path,
        stopAfterViolations: 1,
      });
      expect(exitCodeOf(summary), JSON.stringify(summary)).to.equal(0);
      expect(summary.faults.firedByKind).to.include({ act: 2 });
    } finally {
      target.dispose();
      await out.cleanup();
    }
  });
});
