import { expect } from 'chai';
import { exitCodeOf, mutantsNamed, openTarget, powerOptions, runCampaign, type Summary } from 'crashwright';
import { dir, type DirectoryResult } from 'tmp-promise';

/** A campaign with a workload and an oracle of one's own (job-queue.ts) against the embedded engine. */
describe('example: a job queue', function () {
  this.timeout(120_000);
  const target = openTarget('engine');
  let out: DirectoryResult;
  before(async () => (out = await dir({ unsafeCleanup: true })));
  after(async () => {
    target.dispose();
    await out.cleanup();
  });

  function campaign(mutants: readonly string[], cycles: number): Promise<Summary> {
    return runCampaign({
      ...target,
      extensions: [import.meta.resolve('./job-queue.js')],
      workloads: ['job-queue'],
      tier: 'power',
      power: powerOptions(target),
      mutants: mutantsNamed(mutants),
      seed: 1,
      cycles,
      jobs: 1,
      shard: { index: 1, of: 1 },
      out: out.path,
      stopAfterViolations: 1,
    });
  }

  it('loses no job when the power fails', async () => {
    const summary = await campaign([], 2);
    expect(exitCodeOf(summary), JSON.stringify(summary)).to.equal(0);
    expect(summary.workloads).to.deep.equal({ 'job-queue': 2 });
    expect(summary.checks['own:in-order']).to.be.greaterThan(100);
  });

  it('is seen to lose jobs where commits are acknowledged too soon', async () => {
    const { violations, crashStates } = await campaign(['F8'], 40);
    expect(violations, `in ${crashStates} states`).not.to.deep.equal([]);
  });
});
