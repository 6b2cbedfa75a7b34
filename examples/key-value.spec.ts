import { expect } from 'chai';
import { exitCodeOf, loadExtensions, openTarget, runCampaign, type Summary } from 'crashwright';
import { dir, type DirectoryResult } from 'tmp-promise';

const EXTENSION = import.meta.resolve('./key-value.js');

/** A program of one's own (key-value-server.ts), unmodified, as a target (key-value.ts). */
describe('example: a store of keys and values', function () {
  this.timeout(120_000);
  let out: DirectoryResult;
  before(async () => (out = await dir({ unsafeCleanup: true })));
  after(() => out.cleanup());

  async function campaign(name: string, cycles: number): Promise<Summary> {
    await loadExtensions([EXTENSION]);
    return runCampaign({
      ...openTarget(name),
      extensions: [EXTENSION],
      workloads: ['puts'],
      mutants: [],
      seed: 1,
      cycles,
      jobs: 2,
      shard: { index: 1, of: 1 },
      out: out.path,
      stopAfterViolations: 1,
    });
  }

  it('has every key that it said it has', async () => {
    const summary = await campaign('key-value', 6);
    expect(exitCodeOf(summary), JSON.stringify(summary)).to.equal(0);
    expect(summary.crashes.total).to.be.greaterThan(5);
    expect(summary.commits.acknowledged).to.be.greaterThan(100);
  });

  it('is seen to lose keys where it acknowledges them before it writes them', async () => {
    const { violations } = await campaign('key-value-early', 20);
    expect(violations.map(({ invariant }) => invariant)).to.include('durability');
  });
});
