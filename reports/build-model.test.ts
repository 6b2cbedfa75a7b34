import { expect } from 'chai';
import fc from 'fast-check';
import type { CycleRecord } from '../harness/results/cycle-record.js';
import type { RunResults } from '../harness/results/run-directory.js';
import { arbitraryRecord } from '../harness/results/testing/arbitrary-record.js';
import { buildModel, thinned } from './build-model.js';
import { junitReport } from './junit.js';
import { markdownReport } from './markdown.js';
import type { ReportModel } from './report-model.js';

function runOf(cycles: readonly CycleRecord[], shard = { index: 1, of: 1 }, seed = 17): RunResults {
  const header = {
    version: 1 as const,
    crashwright: '0.1.0',
    target: { name: 'engine', version: '0.1.0' },
    tier: 'all' as const,
    seed,
    shard,
    jobs: 2,
    mutants: [],
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  return { directory: 'run', header, cycles };
}

const someCycles = fc
  .array(arbitraryRecord, { minLength: 1, maxLength: 30 })
  .map((records) => records.map((record, index) => ({ ...record, index })));

/** What a report shows beside where and when its runs took place. */
function withoutRuns(model: ReportModel): object {
  return { ...model, campaigns: model.campaigns.map(({ runs: _runs, ...campaign }) => campaign) };
}

describe('the model of a report', () => {
  it('is, of shards, the one of the run that they are parts of', () => {
    fc.assert(
      fc.property(someCycles, fc.integer({ min: 2, max: 5 }), (cycles, of) => {
        const shards = Array.from({ length: of }, (_, at) =>
          runOf(
            cycles.filter(({ index }) => index % of === at),
            { index: at + 1, of },
          ),
        );
        const [whole, merged] = [[runOf(cycles)], shards].map(buildModel);
        expect(withoutRuns(merged)).to.deep.equal(withoutRuns(whole));
        expect(junitReport(shards)).to.equal(junitReport([runOf(cycles)]));
      }),
    );
  });

  it('says which shards are missing', () => {
    const cycles = fc.sample(someCycles, { seed: 1, numRuns: 1 })[0];
    const { campaigns } = buildModel([runOf(cycles, { index: 2, of: 3 })]);
    expect(campaigns[0].missingShards).to.deep.equal(['1/3', '3/3']);
    expect(markdownReport(buildModel([runOf(cycles, { index: 2, of: 3 })]))).to.include(
      'missing: the results of shard 1/3, 3/3',
    );
  });

  it('counts cycles by cause, and every cycle that failed is one of a cause', () => {
    fc.assert(
      fc.property(someCycles, (cycles) => {
        const { failures, verdict } = buildModel([runOf(cycles)]);
        const failed = cycles.filter(({ violations }) => violations.length > 0);
        expect(failures.flatMap(({ where }) => where.map(({ index }) => index)).toSorted()).to.deep.equal(
          failed.map(({ index }) => index).toSorted(),
        );
        expect(verdict === 'violated').to.equal(failed.length > 0);
      }),
    );
  });

  it('keeps campaigns of several seeds apart', () => {
    const cycles = fc.sample(someCycles, { seed: 2, numRuns: 1 })[0];
    const { campaigns, totals } = buildModel([runOf(cycles, undefined, 18), runOf(cycles)]);
    expect(campaigns.map(({ seed }) => seed)).to.deep.equal([17, 18]);
    expect(totals.cycles).to.equal(2 * cycles.length);
  });

  it('thins out long lists, and keeps both ends', () => {
    const points = Array.from({ length: 10_000 }, (_, index) => index);
    const few = thinned(points, 100);
    expect(few).to.have.length(100);
    expect([few[0], few.at(-1)]).to.deep.equal([0, 9999]);
    expect(thinned([1, 2], 100)).to.deep.equal([1, 2]);
  });
});
