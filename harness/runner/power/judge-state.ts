import { SimulatedError, type RecoveredCluster, type SimulatedTarget } from '../../adapters/simulated-target.js';
import type { StorageObserver } from '../../disks/memory-files.js';
import type { PendingChange } from '../../disks/crash-sweep.js';
import type { Survivors } from '../../disks/survivors.js';
import type { Volume } from '../../disks/volume.js';
import type { History } from '../../history/history.js';
import { contentsOracles } from '../../oracles/oracle-table.js';
import { examineFiles } from './examine-files.js';
import { pagesAhead } from '../../oracles/pages-ahead.js';
import type { Violation } from '../../oracles/oracle.js';
import type { Contents, Shape, Workload } from '../../workloads/workload.js';

/** What recovery made of one crash state. */
export type Recovered =
  | { readonly contents: Contents; readonly endOfLog: number; readonly failure?: undefined }
  /** It did not come up, or could not be read. */
  | { readonly contents?: undefined; readonly failure: Violation };

export interface RecoveryTools {
  readonly target: SimulatedTarget;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly workload: Workload;
}

export interface RecoverOptions {
  readonly observe?: StorageObserver;
  /** Afterwards the cluster is stopped properly, and its files are looked into. */
  readonly examine?: boolean;
}

/** Recovers the disk and reads what the workload reads. The disk is changed by it: what is written goes to `volume`. */
export async function recoverAndRead(
  { target, settings, workload }: RecoveryTools,
  volume: Volume,
  { observe, examine = false }: RecoverOptions = {},
): Promise<Recovered> {
  let cluster: RecoveredCluster | undefined;
  try {
    const up = (cluster = target.recover(volume, { settings, observe }));
    // Not an await for each query: the workload's reads are ready when they are asked for.
    const contents = await workload.read((sql) => Promise.resolve(up.query(sql)));
    const [failure] = examine ? examineFiles(target, up, volume) : [];
    return failure ? { failure } : { contents, endOfLog: up.endOfLog };
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
  endOfLog: number,
): Violation[] {
  const pages = pending.flatMap(({ event }) => {
    const survival = event.kind === 'write' ? survivors.get(event.start) : undefined;
    const hasHeader = survival === 'whole' || (typeof survival === 'object' && survival.includes(0));
    return event.kind === 'write' && hasHeader ? target.writtenPages(event) : [];
  });
  return pagesAhead(pages, endOfLog);
}

/** The violations of what was promised by then. */
export function judge(contents: Contents, history: History, workload: Workload, shape: Shape): Violation[] {
  const examination = workload.examine(contents, history.transactions, shape);
  const evidence = { round: history.crashes.length, history, examination, asyncBoundMs: Infinity };
  return contentsOracles.flatMap((oracle) => oracle(evidence));
}
