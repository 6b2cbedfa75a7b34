import { SimulatedError, type RecoveredCluster, type SimulatedTarget } from '../../adapters/simulated-target.js';
import type { StorageObserver } from '../../disks/memory-files.js';
import type { PendingChange } from '../../disks/crash-sweep.js';
import type { Survivors } from '../../disks/survivors.js';
import type { Volume } from '../../disks/volume.js';
import { examineFiles } from './examine-files.js';
import type { RecoveryTime } from '../../results/cycle-record.js';
import { pagesAhead } from '../../oracles/pages-ahead.js';
import type { Violation } from '../../oracles/oracle.js';
import type { Contents, Query, Workload } from '../../workloads/workload.js';

export interface RecoveredContents {
  readonly contents: Contents;
  readonly endOfLog: number;
  /** What was wrong when open transactions were ended. */
  readonly concluding: readonly Violation[];
  /** What was found in the files of the stopped cluster, when they were looked into. */
  readonly inFiles: readonly Violation[];
  /** How much log was replayed, and how long recovery took. */
  readonly time: RecoveryTime;
  readonly failure?: undefined;
}

/** What recovery made of one crash state: the second, when it did not come up, or could not be read. */
export type Recovered =
  RecoveredContents | { readonly contents?: undefined; readonly time?: undefined; readonly failure: Violation };

export interface RecoveryTools {
  readonly target: SimulatedTarget;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly workload: Workload;
  /** Where the last jump of the run led its transaction ids. */
  readonly jumpedTo?: number | undefined;
}

export interface RecoverOptions {
  /** Told of what recovery does; then nothing is done after it. */
  readonly observe?: StorageObserver;
  /** By where the log ended: whether the cluster is stopped properly afterwards, and its files are looked into. */
  readonly examine?: (endOfLog: number) => boolean;
}

/** Recovers the disk and reads what the workload reads. The disk is changed by it: what is written goes to `volume`. */
export async function recoverAndRead(
  tools: RecoveryTools,
  volume: Volume,
  { observe, examine = () => false }: RecoverOptions = {},
): Promise<Recovered> {
  const { target, settings, workload } = tools;
  let cluster: RecoveredCluster | undefined;
  const started = performance.now();
  try {
    const up = (cluster = target.recover(volume, { settings, observe }));
    const ms = performance.now() - started;
    // Not an await for each query: the workload's reads are ready when they are asked for.
    const query: Query = (sql, database) => Promise.resolve(up.query(sql, database));
    const contents = await workload.read(query);
    const { endOfLog, replayedBytes } = up;
    const concluding = observe ? [] : ((await workload.conclude?.(query, contents)) ?? []);
    const inFiles = examine(endOfLog) ? examineFiles(tools, up, volume) : [];
    return { contents, endOfLog, concluding, inFiles, time: { replayedBytes, ms } };
  } catch (thrown) {
    return { failure: notServing(thrown, cluster !== undefined) };
  } finally {
    cluster?.abandon();
  }
}

function notServing(thrown: unknown, isUp: boolean): Violation {
  const { message } = thrown as Error;
  const detail = thrown instanceof SimulatedError && thrown.detail ? ` DETAIL: ${thrown.detail}` : '';
  const told =
    thrown instanceof SimulatedError
      ? `${thrown.severity} ${thrown.code}: ${message}${detail}`
      : `a bug: ${(thrown as Error).stack ?? message}`;
  return {
    invariant: 'serves-again',
    promised: isUp ? 'every table can be read after recovery' : 'the cluster comes up after a power loss',
    found: told,
  };
}

/** Surviving pages that the log on the same disk does not reach. */
export function judgePages(
  { target }: RecoveryTools,
  pending: readonly PendingChange[],
  survivors: Survivors,
  recovered: Recovered,
): Violation[] {
  if (recovered.failure) return [];
  const pages = pending.flatMap(({ event }) => {
    const survival = event.kind === 'write' ? survivors.get(event.start) : undefined;
    const hasHeader = survival === 'whole' || (typeof survival === 'object' && survival.includes(0));
    return event.kind === 'write' && hasHeader ? target.writtenPages(event) : [];
  });
  return pagesAhead(pages, recovered.endOfLog);
}
