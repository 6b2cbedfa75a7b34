import { expect } from 'chai';
import { ENGINE_SIMULATION } from '../../adapters/engine/embedded/simulation-module.js';
import { mutantsNamed } from '../../mutants/mutant-table.js';
import { PowerWorker } from './power-pool.js';
import { runPowerCycle } from './run-power-cycle.js';
import { searchOn, simulation, smallConfig, timeless } from './testing/small-run.js';

describe('a thread that simulates', () => {
  const open: PowerWorker[] = [];
  afterEach(() => Promise.all(open.splice(0).map((worker) => worker.close())));

  function worker(mutants: readonly string[] = []): PowerWorker {
    const modules = mutantsNamed(mutants).map(({ module }) => module);
    const made = new PowerWorker({ target: ENGINE_SIMULATION, mutants: modules });
    open.push(made);
    return made;
  }

  const config = smallConfig({ asyncShare: 0, interruptChance: 0, transactionsPerClient: 5 });
  const search = searchOn(['ext4-ordered'], { points: 10, survivorSets: 4 });

  it('carries out one job after another, goes on after one that failed, and tells how far it is', async () => {
    const thread = worker();
    const states: number[] = [];
    const first = await thread.run('cycle', { seed: 1, config, search }, (count) => states.push(count));
    expect(first).to.include({ failure: undefined });
    expect(first.crashStates).to.be.greaterThan(5);
    expect(states[0]).to.equal(1);

    const wrong = { ...config, workload: 'nonesuch' };
    const refused = await thread.run('cycle', { seed: 1, config: wrong, search }).catch((thrown: unknown) => thrown);
    expect(refused).to.be.instanceOf(Error);
    expect((refused as Error).message).to.include('nonesuch');

    const again = await thread.run('cycle', { seed: 1, config, search });
    const [told, toldAgain] = [first, again].map((each) => ({
      ...each,
      elapsedMs: 0,
      observed: timeless(each.observed),
    }));
    expect(toldAgain).to.deep.equal(told);
  });

  it('has the mutants that it was given, and the thread that started it has not', async () => {
    const { failure } = await worker(['F8']).run('cycle', { seed: 1, config, search });
    expect(failure!.violations[0].invariant).to.be.oneOf(['durability', 'serves-again']);
    const here = await runPowerCycle(config, await simulation(), { search });
    expect(here.failure).to.equal(undefined);
  });

  it('rejects when its modules cannot be loaded', async () => {
    const thread = new PowerWorker({ target: 'file:///nonesuch.js', mutants: [] });
    open.push(thread);
    const refused = await thread.run('cycle', { seed: 1, config, search }).catch((thrown: unknown) => thrown);
    expect((refused as Error).message).to.include('nonesuch');
  });
});
