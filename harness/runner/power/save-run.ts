import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { UsageError } from '../../cli/usage-error.js';
import { historyAt } from '../../history/history-at.js';
import { clientEventsOf, historyOf } from '../../trace/client-events.js';
import { readTraceFile, writeTraceFile, type SavedTrace } from '../../trace/trace-file.js';
import { workloadNamed } from '../../workloads/workload-table.js';
import type { Shape } from '../../workloads/workload.js';
import type { CycleConfig } from '../cycle-config.js';
import type { TracedRun } from './traced-run.js';

/** The run as it was at a place of its trace, had everything stopped there. */
export function runUpTo(run: TracedRun, at: number): TracedRun {
  const events = run.events.filter(({ start }) => start <= at);
  return { ...run, events, history: historyAt(run.history, at), endedAt: Math.min(run.endedAt, at) };
}

/** Writes a run to a trace file; the directory is made when it is missing. */
export function saveRun(
  path: string,
  { base, events, history }: TracedRun,
  about: Pick<SavedTrace, 'target' | 'producer' | 'dataDirectory'>,
): void {
  mkdirSync(dirname(path), { recursive: true });
  writeTraceFile(path, { ...about, base, events, clientEvents: clientEventsOf(history) });
}

/** Reads a recorded run, whose configuration is known, from its trace file. */
export function openRun(path: string, config: CycleConfig, target: SimulatedTarget): TracedRun {
  const { base, events, clientEvents, dataDirectory } = readTraceFile(path);
  if (dataDirectory !== target.dataDirectory) {
    throw new UsageError(`${path} has its data in ${dataDirectory}, the simulated target in ${target.dataDirectory}`);
  }
  const places = [...events.map(({ start }) => start), ...clientEvents.map(({ sequence }) => sequence)];
  const history = historyOf(clientEvents);
  const endedAt = places.reduce((last, place) => Math.max(last, place), 0);
  return {
    base,
    events,
    history,
    workload: workloadNamed(config.workload),
    shape: shapeOf(config),
    readyAt: history.transactions[0]?.invokeSequence ?? endedAt,
    endedAt,
    faults: [],
    log: [],
  };
}

export function shapeOf({ clients, asyncShare, rollbackShare }: CycleConfig): Shape {
  return { clients: Math.max(...clients), asyncShare, rollbackShare };
}
