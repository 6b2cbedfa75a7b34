import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { engineAbilities, engineFactory } from '../../adapters/engine/engine-target.js';
import { openSimulation } from '../../adapters/engine/embedded/engine-simulation.js';
import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { CrashSweep } from '../../disks/crash-sweep.js';
import { profiles } from '../../disks/profiles.js';
import { materialise, type Survival } from '../../disks/survivors.js';
import { historyAt } from '../../history/history-at.js';
import { parseFault } from '../../faults/parse.js';
import type { CycleConfig } from '../cycle-config.js';
import { drawConfig } from '../draw-config.js';
import { recoverAndRead } from './judge-state.js';
import { judge } from './judgements.js';
import { drawRecordedConfig, narrowedToRecord, recordRun } from './record-run.js';
import { openRun, runUpTo, saveRun } from './save-run.js';
import type { TracedRun } from './traced-run.js';

describe('recorded runs', () => {
  const factory = engineFactory();
  let target: SimulatedTarget;
  let config: CycleConfig;
  let run: TracedRun;

  before(async () => {
    target = await openSimulation();
    config = {
      ...drawRecordedConfig(7, engineAbilities),
      workload: 'bank',
      clients: [1, 2, 3],
      asyncShare: 0,
      transactionsPerRound: 20,
    };
    run = await recordRun(config, { factory, preload: [], dataDirectory: target.dataDirectory });
  });
  after(() => factory.dispose());

  it('are drawn as short rounds without kills, with the stalls that were drawn', () => {
    for (let seed = 0; seed < 50; seed++) {
      const drawn = drawConfig(seed, engineAbilities);
      const { rounds, transactionsPerRound } = narrowedToRecord(drawn);
      const stalls = drawn.rounds[0].faults.filter((fault) => parseFault(fault).kind === 'stall');
      expect(rounds).to.deep.equal([{ faults: stalls }]);
      expect(transactionsPerRound).to.be.at.most(60);
    }
  });

  it('put client events and calls of several processes into one order', () => {
    const { events, history, readyAt, endedAt } = run;
    expect(history.count('ok')).to.be.greaterThan(10);
    expect(new Set(events.map(({ process }) => process)).size).to.be.greaterThan(2);
    for (const { commitSequence, invokeSequence, endSequence, outcome } of history.transactions) {
      expect(invokeSequence).to.be.within(readyAt, endedAt);
      if (outcome === 'ok') expect(commitSequence).to.be.greaterThan(invokeSequence).and.lessThan(endSequence!);
    }
    const numbers = events.flatMap(({ start, end }) => [start, end]).filter(Number.isFinite);
    expect(new Set(numbers).size).to.equal(numbers.length);
  });

  it('recover in memory to what clients were told, with nothing and with everything lost that may be', async () => {
    const tools = { target, settings: config.settings, workload: run.workload };
    for (const at of [run.readyAt, Math.floor((run.readyAt + run.endedAt) / 2), run.endedAt]) {
      const sweep = new CrashSweep(run.base, run.events, profiles['posix-weak']);
      sweep.advanceTo(at);
      const whole = sweep.pending.map(({ event }): [number, Survival] => [event.start, 'whole']);
      for (const survivors of [new Map(whole), new Map<number, Survival>()]) {
        const recovered = await recoverAndRead(tools, materialise(sweep.image, sweep.pending, survivors));
        expect(judge(recovered, historyAt(run.history, at), run)).to.deep.equal([]);
      }
    }
  });

  it('read back from a file as they were, up to a place', async () => {
    const directory = await dir({ unsafeCleanup: true });
    try {
      const path = `${directory.path}/made/run.trace`;
      const at = run.history.transactions[10].invokeSequence;
      const cut = runUpTo(run, at);
      saveRun(path, cut, { target: 'engine', producer: 'a test', dataDirectory: target.dataDirectory });
      const opened = openRun(path, config, target);
      expect(opened.events).to.deep.equal(cut.events);
      expect(opened.history.transactions.length).to.equal(11);
      expect(JSON.stringify(opened.history)).to.equal(JSON.stringify(cut.history));
      expect({ readyAt: opened.readyAt, endedAt: opened.endedAt }).to.deep.equal({ readyAt: run.readyAt, endedAt: at });
      expect([...opened.base.files()]).to.deep.equal([...run.base.files()]);
    } finally {
      await directory.cleanup();
    }
  });
});
