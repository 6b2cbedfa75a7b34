import * as os from 'node:os';
import { dir } from 'tmp-promise';
import type { Target, TargetAbilities, TargetFactory } from '../../adapters/target.js';
import { loadVolume } from '../../disks/load-volume.js';
import { parseFault } from '../../faults/parse.js';
import { History } from '../../history/history.js';
import { readTrace } from '../../trace/trace-reader.js';
import { drawStream } from '../../workloads/stream.js';
import { workloadNamed } from '../../workloads/workload-table.js';
import { SERVE_AGAIN_BOUND_MS, type CycleConfig } from '../cycle-config.js';
import { drawConfig } from '../draw-config.js';
import { faultStatuses, runRound } from '../round.js';
import { eventually } from '../time.js';
import { shapeOf } from './save-run.js';
import type { TracedRun } from './traced-run.js';

/** Judging a state costs what the history is long. */
const MOST_TRANSACTIONS = 60;
const END_BOUND_MS = 10_000;

/** A kill cycle made into one that is worth recording: a short round which only stalls disturb. */
export function narrowedToRecord(config: CycleConfig): CycleConfig {
  const faults = config.rounds[0].faults.filter((fault) => parseFault(fault).kind === 'stall');
  return {
    ...config,
    transactionsPerRound: Math.min(config.transactionsPerRound, MOST_TRANSACTIONS),
    readingsEvery: 0,
    rounds: [{ faults }],
    recoverTwice: false,
  };
}

/** The configuration of one recorded run: a pure function of its seed and the target's abilities. */
export function drawRecordedConfig(
  seed: number,
  abilities: TargetAbilities,
  workloads?: readonly string[],
  adjust: (config: CycleConfig) => CycleConfig = (config) => config,
): CycleConfig {
  return narrowedToRecord(adjust(drawConfig(seed, abilities, workloads)));
}

export interface RecordOptions {
  readonly factory: TargetFactory;
  /** Modules of mutants to load into every process. */
  readonly preload: readonly string[];
  /** The path that the data directory shall have on the base volume and in the events. */
  readonly dataDirectory: string;
}

/**
 * Runs a configuration's clients on real processes until their work is done, ends these with SIGKILL, and reads what they
 * put on record. Throws when the target could not be started.
 */
export async function recordRun(config: CycleConfig, options: RecordOptions): Promise<TracedRun> {
  const { settings, walSegmentMegabytes, firstXid } = config;
  const { factory, preload, dataDirectory } = options;
  const directory = await dir({ unsafeCleanup: true, prefix: 'crashwright', tmpdir: os.tmpdir() });
  const target = factory.create({
    directory: directory.path,
    preload,
    settings,
    walSegmentMegabytes,
    firstXid,
    recordPayloads: true,
  });
  try {
    await target.prepare();
    const base = loadVolume(target.dataDirectory, dataDirectory);
    await target.start();
    await target.whenServing(SERVE_AGAIN_BOUND_MS, async () => {});
    const history = await work(config, target);
    if (!(await eventually(END_BOUND_MS, () => target.hasEnded()))) throw new Error('the processes outlive a SIGKILL');
    return {
      base: base.volume,
      events: readTrace(target.tracePath, base),
      history,
      workload: workloadNamed(config.workload),
      shape: shapeOf(config),
      readyAt: history.transactions[0].invokeSequence,
      endedAt: history.crashes[0].sequence,
      faults: faultStatuses(target, config.rounds[0].faults.map(parseFault)),
      log: target.log().split('\n'),
    };
  } finally {
    await target.dispose();
    await directory.cleanup();
  }
}

/** One round, which nothing but its end kills. */
async function work(config: CycleConfig, target: Target): Promise<History> {
  const workload = workloadNamed(config.workload);
  const shape = shapeOf(config);
  const streams = config.clients.map((client) => ({
    client,
    next: 0,
    planned: drawStream(workload, shape, config.seed, client, config.transactionsPerRound),
  }));
  const history = new History();
  const setup = workload.setup(shape);
  await runRound({ round: 0, config, target, workload, history, streams, setup });
  return history;
}
