import { existsSync, rmSync } from 'node:fs';
import { expect } from 'chai';
import { dir, type DirectoryResult } from 'tmp-promise';
import {
  PowerWorker,
  mutantsNamed,
  openTarget,
  powerOptions,
  readSeedFile,
  runCampaign,
  traceBeside,
  type CampaignOptions,
  type CycleConfig,
  type SeedFile,
  type Summary,
} from '../harness/index.js';
import { readTraceFile } from '../harness/trace/trace-file.js';

const SEED = 20260731;
/** A campaign records every eighth of its runs: so this part of it records all. */
const RECORDED_ONLY = { index: 8, of: 8 };

type PowerSeed = Extract<SeedFile, { tier: 'power' }>;

describe(`runs of real processes whose power is cut, seed ${SEED}`, function () {
  this.timeout(180_000);
  const target = openTarget('engine');
  const power = powerOptions(target, ['posix-weak', 'ext4-ordered']);
  let out: DirectoryResult;
  before(async () => (out = await dir({ unsafeCleanup: true })));
  after(async () => {
    target.dispose();
    await out.cleanup();
  });

  const synchronousInserts = (config: CycleConfig): CycleConfig => ({
    ...config,
    workload: 'inserts',
    clients: [1, 2, 3],
    asyncShare: 0,
    transactionsPerRound: 20,
  });

  function campaign(mutants: readonly string[], more: Partial<CampaignOptions> = {}): Promise<Summary> {
    return runCampaign({
      ...target,
      tier: 'power',
      power: { ...power, search: { ...power.search, points: 8, nestedDepth: 1 } },
      adjust: synchronousInserts,
      seed: SEED,
      cycles: RECORDED_ONLY.of,
      jobs: 1,
      shard: RECORDED_ONLY,
      out: out.path,
      mutants: mutantsNamed(mutants),
      stopAfterViolations: 1,
      ...more,
    });
  }

  it('lose nothing they promised', async () => {
    const { violations, harnessFailures, recordedRuns, crashStates, commits } = await campaign([]);
    expect({ violations, harnessFailures, recordedRuns }).to.deep.equal({
      violations: [],
      harnessFailures: [],
      recordedRuns: 1,
    });
    expect(crashStates).to.be.greaterThan(30);
    expect(commits.acknowledged).to.be.greaterThan(10);
  });

  describe('of an engine that acknowledges commits before they are written', () => {
    let path: string;
    let seed: PowerSeed;
    let worker: PowerWorker;
    before(async () => {
      const { violations, recordedRuns } = await campaign(['F8']);
      expect(recordedRuns).to.equal(1);
      expect(violations).to.not.deep.equal([]);
      path = violations[0].seedFile;
      seed = readSeedFile(path) as PowerSeed;
      worker = new PowerWorker({
        target: target.simulation!,
        mutants: mutantsNamed(seed.mutants).map(({ module }) => module),
      });
    });
    after(() => worker.close());

    const recordingOf = (file: string): { recording: string } => ({ recording: traceBeside(file) });

    it('are saved with their trace, and replayed from it exactly', async () => {
      expect({ tier: seed.tier, source: seed.source }).to.deep.equal({ tier: 'power', source: 'recorded' });
      for (let time = 0; time < 3; time++) {
        const job = { ...seed, ...recordingOf(path) };
        const { failure, isSameTrace, crashStates } = await worker.run('replay', job);
        expect({ isSameTrace, crashStates }).to.deep.equal({ isSameTrace: true, crashStates: 1 });
        const [{ invariant, promised, found }] = failure!.violations;
        expect({ invariant, promised, found }).to.deep.equal(seed.verdict);
      }
    });

    it('are shrunk to a crash that takes less, no later than the one that was found', async () => {
      const traceFile = `${out.path}/smaller.trace`;
      const job = { ...seed, ...recordingOf(path), traceFile, invariant: seed.verdict.invariant, budgetMs: 30_000 };
      const shrunk = await worker.run('shrink', job);
      const place = (text: string): number => Number(/\+(\d+)/.exec(text)![1]);
      const { crash, trace } = shrunk!.failure;
      expect(place(crash.crashes[0])).to.be.at.most(place(seed.crash.crashes[0]));
      const again = { ...seed, crash, trace, recording: traceFile };
      const { failure, isSameTrace } = await worker.run('replay', again);
      expect(isSameTrace).to.equal(true);
      expect(failure?.violations.map(({ invariant }) => invariant)).to.include(seed.verdict.invariant);
    });

    it('cannot be replayed without their trace', async () => {
      expect(existsSync(traceBeside(path))).to.equal(true);
      rmSync(traceBeside(path));
      const job = { ...seed, ...recordingOf(path) };
      const failed = await worker.run('replay', job).then(
        () => '',
        (thrown: Error) => thrown.message,
      );
      expect(failed).to.include(`cannot read ${traceBeside(path)}`);
    });
  });

  it('have a trace beside the seed file of a failure, as simulated ones have', async () => {
    const texts: string[] = [];
    const search = { ...power.search, nestedDepth: 0 };
    const more = { shard: { index: 1, of: 1 }, cycles: 7, power: { ...power, search } };
    const { violations, recordedRuns } = await campaign(['F8'], { ...more, onText: (text) => texts.push(text) });
    expect(recordedRuns).to.equal(0);
    const trace = traceBeside(violations[0].seedFile);
    expect(texts.join('\n')).to.include(`npx crashwright trace ${trace}`);
    const { target: traced, producer, events, clientEvents } = readTraceFile(trace);
    expect(traced).to.equal(`engine ${target.factory.version()}`);
    expect(producer).to.include('simulated');
    const [crash] = (readSeedFile(violations[0].seedFile) as PowerSeed).crash.crashes;
    const at = Number(/\+(\d+)/.exec(crash)![1]);
    for (const { start } of events) expect(start).to.be.at.most(at);
    for (const { sequence } of clientEvents) expect(sequence).to.be.at.most(at);
  });
});
