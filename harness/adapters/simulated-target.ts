import type { StorageObserver } from '../disks/memory-files.js';
import type { Volume } from '../disks/volume.js';
import type { WriteEvent } from '../trace/storage-event.js';
import type { TraceArea } from '../trace/trace-area.js';
import type { Row } from '../workloads/workload.js';
import type { Inspection } from './inspection.js';

/** A database that runs inside this process, on disks in memory: every run with the same inputs is the same run. */
export interface SimulatedTarget {
  readonly name: string;
  version(): string;
  /** The data directory's path on its disks. */
  readonly dataDirectory: string;
  /**
   * The disk of a cluster that was just made and stopped; everything on it is safe. Its transaction ids begin at the
   * beginning, or at `firstXid`, everything older being frozen. Made once of each shape.
   */
  template(walSegmentMegabytes: number, firstXid?: number): Promise<Volume>;
  /** A cluster on `volume`, not started. */
  openCluster(volume: Volume, options: ClusterOptions): SimulatedCluster;
  /** Starts a single process on `volume`, recovery included. Throws SimulatedError when it does not come up. */
  recover(volume: Volume, options: RecoverOptions): RecoveredCluster;
  inspect(volume: Volume): Inspection;
  /** Makes the stopped cluster on `volume` go on at a later transaction id, counted through all rounds of 32 bits. */
  advanceXid(volume: Volume, next: number, observe?: StorageObserver): void;
  /** The data pages that a write brings. */
  writtenPages(event: WriteEvent): readonly WrittenPage[];
  /** What the page that a write brings first says, field by field, and what it said in other bytes; undefined for no page. */
  pageReader(event: WriteEvent): PageReader | undefined;
  /** In what pages two stopped clusters differ, beyond what replay need not restore; a line of text each. */
  differingPages(original: Volume, replayed: Volume): string[];
}

export interface WrittenPage {
  /** Relative to the data directory. */
  readonly file: string;
  readonly block: number;
  readonly lsn: number;
}

/** Reads one page of a file, in any state that it was in. */
export interface PageReader {
  /** Which page it is. */
  readonly title: string;
  /** Its fields by name, also of a page that is torn. */
  fieldsOf(page: Buffer): ReadonlyMap<string, string>;
}

export interface ClusterOptions {
  readonly settings: Readonly<Record<string, string | number>>;
  /** Told of every change and sync, with the process that made it. */
  readonly observe: (process: string, act: Parameters<StorageObserver>[0]) => void;
  /** Faults armed here strike inside the simulated processes. */
  readonly faults?: TraceArea;
  /** A process has come to a named moment and holds no lock that others may need. */
  readonly onPoint?: (process: string, point: string) => void;
  readonly log?: (line: string) => void;
}

export interface RecoverOptions {
  readonly settings: Readonly<Record<string, string | number>>;
  readonly observe?: StorageObserver;
}

/** What a session or a process was told when something failed. */
export class SimulatedError extends Error {
  constructor(
    readonly severity: string,
    readonly code: string,
    message: string,
    options: { cause: unknown; readonly detail?: string },
  ) {
    super(message, { cause: options.cause });
    this.detail = options.detail;
  }
  readonly detail: string | undefined;
}

/** All processes of one cluster, taking turns. After a PANIC it is down until it is started again. */
export interface SimulatedCluster {
  readonly isUp: boolean;
  /** Milliseconds on the simulated monotonic clock. */
  nowMs(): number;
  /** Recovery, and then in production. Throws SimulatedError. */
  start(): void;
  connect(client: number): SimulatedSession;
  /** Runs a statement of that client in another database, on a connection of its own. Throws SimulatedError. */
  queryIn(database: string, client: number, sql: string): Row[];
  /** One checkpoint by the checkpointer; none where a process that was interrupted would hold it up. */
  checkpoint(): void;
  /** One round of the background writer. */
  writeBuffers(): void;
  /** One round of the WAL writer. */
  flushLog(): void;
  /** Brings all of the log to disk. */
  syncLog(): void;
  /** Every client's transaction is rolled back, and their sessions end. */
  endSessions(): void;
  /** Shutdown checkpoint; the cluster is down then. */
  shutDown(): void;
  /** Lets go of memory. */
  dispose(): void;
}

export interface SimulatedSession {
  /**
   * Runs SQL text to its end and returns the rows of its last statement that has any. `input`: what COPY FROM STDIN reads.
   * Throws SimulatedError.
   */
  query(sql: string, input?: string): Row[];
}

export interface RecoveredCluster {
  /** In the target's own database unless another one is named. */
  query(sql: string, database?: string): Row[];
  /** Where recovery ended, as byte position in the log; what it replayed, in bytes. */
  readonly endOfLog: number;
  readonly replayedBytes: number;
  /** Writes everything and stops properly; the volume then holds a stopped cluster. */
  shutDown(): void;
  /** Lets go of memory; to the disk, a crash. */
  abandon(): void;
}
