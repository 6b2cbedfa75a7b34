import { expect } from 'chai';
import { dir, type DirectoryResult } from 'tmp-promise';
import {
  PowerWorker,
  honestProfiles,
  mutantsNamed,
  openTarget,
  powerOptions,
  readSeedFile,
  runCampaign,
  scoreMutants,
  type CampaignOptions,
  type SeedFile,
  type Summary,
} from '../harness/index.js';

const SEED = 1;
const BUDGET_MS = 60_000;
/** Those that are found soonest, of different kinds: names, syncs, order, torn pages, the log's end, recovery. */
const FAST_MUTANTS = ['C13', 'F1', 'F3', 'F8', 'W2', 'X4'];
const MOST_OPERATIONS = 5;

type SimulatedSeed = Extract<SeedFile, { tier: 'power'; source?: 'simulated' }>;

describe(`power cuts, seed ${SEED}`, function () {
  this.timeout(8 * BUDGET_MS);
  const target = openTarget('engine');
  let out: DirectoryResult;
  before(async () => (out = await dir({ unsafeCleanup: true })));
  after(async () => {
    target.dispose();
    await out.cleanup();
  });

  function campaign(more: Partial<CampaignOptions>): Promise<Summary> {
    return runCampaign({
      ...target,
      tier: 'power',
      power: powerOptions(target),
      seed: SEED,
      jobs: 1,
      cycles: 1,
      shard: { index: 1, of: 1 },
      out: out.path,
      mutants: [],
      stopAfterViolations: 1,
      ...more,
    });
  }

  it('of a correct engine lose nothing, not even inside recovery', async () => {
    const { violations, harnessFailures, crashStates, nestedStates } = await campaign({ cycles: 6 });
    expect({ violations, harnessFailures }).to.deep.equal({ violations: [], harnessFailures: [] });
    expect(crashStates).to.be.greaterThan(300);
    expect(nestedStates).to.have.length(3);
  });

  it('are the same ones again when every one of a small run is tried', async () => {
    const power = powerOptions(target, honestProfiles, true);
    const counts: { powerCuts: number; crashStates: number }[] = [];
    for (let time = 0; time < 2; time++) {
      const { violations, powerCuts, crashStates } = await campaign({ power });
      expect(violations).to.deep.equal([]);
      counts.push({ powerCuts, crashStates });
    }
    expect(counts[0].powerCuts).to.be.greaterThan(2000);
    expect(counts[0].crashStates).to.be.greaterThan(50);
    expect(counts[1]).to.deep.equal(counts[0]);
  });

  it('expose the mutants that only they can expose, and accuse the engine without them of nothing', async () => {
    const { mutants, control } = await scoreMutants({
      ...target,
      power: powerOptions(target),
      files: mutantsNamed(FAST_MUTANTS),
      seed: SEED,
      jobs: 1,
      out: out.path,
      budgetMs: BUDGET_MS,
      controlMs: BUDGET_MS / 6,
    });
    expect(mutants.filter(({ detected }) => !detected).map(({ id }) => id)).to.deep.equal([]);
    expect(control.power.violations).to.deep.equal([]);
    expect(control.power.crashStates).to.be.greaterThan(100);
  });

  it('of an engine without full-page images shrink to few operations and one torn page', async () => {
    const [mutant] = mutantsNamed(['W2']);
    const { violations } = await campaign({ mutants: [mutant], timeMs: BUDGET_MS, cycles: undefined });
    const seed = readSeedFile(violations[0].seedFile) as SimulatedSeed;
    const worker = new PowerWorker({ target: target.simulation!, mutants: [mutant.module] });
    try {
      const { failure } = (await worker.run('shrink', {
        ...seed,
        traceFile: `${out.path}/smaller.trace`,
        invariant: seed.verdict.invariant,
        budgetMs: BUDGET_MS,
      }))!;
      expect(failure.story.operations.length).to.be.at.most(MOST_OPERATIONS);
      expect(failure.story.losses.flat()).to.have.length(1);
      expect(failure.story.losses[0][0]).to.match(/^torn .* base\/5\/\d+ .* of 16 sectors survived/);
      expect(failure.story.log.some((line) => line.endsWith('<-- here'))).to.equal(true);
    } finally {
      await worker.close();
    }
  });
});
