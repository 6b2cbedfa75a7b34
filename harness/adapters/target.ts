import type { ClientConfig } from 'pg';
import type { TraceArea } from '../trace/trace-area.js';
import type { Feature } from '../workloads/workload.js';
import type { ConnectOptions, Connection } from './connection.js';
import type { Inspection } from './inspection.js';

/** How one cycle's target is set up. */
export interface TargetConfig {
  /** A directory of the cycle's own; the target puts everything below it. */
  readonly directory: string;
  /** Configuration settings, by PostgreSQL's names. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly walSegmentMegabytes: number;
  /** Where transaction ids begin, everything older being frozen. Only for targets that can do `xid-jumps`. */
  readonly firstXid?: number;
  /** Modules to load into every process of the target, besides the harness's own. */
  readonly preload: readonly string[];
  /** Puts every call that changes or syncs storage on record, with its bytes, for `readTrace`. */
  readonly recordPayloads?: boolean;
}

export interface TargetProcess {
  readonly pid: number;
  /** `postmaster`, `checkpointer`, `backend`, ... */
  readonly type: string;
}

/** What this kind of target can do for the harness. */
export interface TargetAbilities {
  /** Exact kills: the trace is fed by the target's processes. */
  readonly trace: boolean;
  /** `inspect` works. */
  readonly inspection: boolean;
  /** It understands BEGIN, COMMIT, SET and their like. Otherwise every statement stands alone. */
  readonly transactions: boolean;
  /** Process types that faults may name. */
  readonly processTypes: readonly string[];
  /** What workloads may need. */
  readonly features: readonly Feature[];
}

export type StopMode = 'smart' | 'fast' | 'immediate';

/** One database under test, over real processes and real files. */
export interface Target {
  readonly abilities: TargetAbilities;
  /** Where its data are. */
  readonly dataDirectory: string;
  /** Counters and plan; undefined when the target feeds none. */
  readonly trace: TraceArea;
  /** The file of that area; the logs of its processes stand beside it. */
  readonly tracePath: string;
  /** Makes the data directory. */
  prepare(): Promise<void>;
  /** Starts the server process; does not wait until it serves. */
  start(): Promise<void>;
  /** Is the server process there? */
  isRunning(): boolean;
  /** Have all its processes ended? The server's children may outlive it by moments. */
  hasEnded(): boolean;
  /** Rejects where it is not served: with a ServerError where that is the server's own word. */
  connect(options?: ConnectOptions): Promise<Connection>;
  processes(): TargetProcess[];
  /** SIGKILL, to all of them as nearly at once as can be. */
  kill(pids: readonly number[]): void;
  /**
   * Starts it again when it has ended, until a client is served, and uses that client's connection; throws when
   * `boundMs` have passed before.
   */
  whenServing<T>(boundMs: number, use: (connection: Connection) => Promise<T>): Promise<T>;
  stop(mode: StopMode): Promise<void>;
  /**
   * Once it is stopped: goes on at a later transaction id, counted through all rounds of 32 bits. Only of targets that can do
   * `xid-jumps`.
   */
  advanceXid?(next: number): void;
  inspect(): Inspection;
  /** The server's own log, for failure reports. */
  log(): string;
  /** What its processes are doing, for reports of one that hangs. */
  situation(): string;
  /** Whatever its processes left behind after they all ended: processes, shared memory, locks. */
  leftovers(): string[];
  /** What an independent implementation finds wrong with the stopped target's files; undefined when none is asked. */
  secondOpinion(): string[] | undefined;
  /** A second target on a copy of this one's (stopped) data directory. */
  copy(directory: string): Promise<Target>;
  /** Ends and removes everything. */
  dispose(): Promise<void>;
}

/** A target that speaks PostgreSQL's protocol. */
export interface PgTarget extends Target {
  /** For clients of one's own. */
  connection(): ClientConfig;
}

export interface TargetFactory {
  readonly name: string;
  /** The version of the target, for seed files and reports. */
  version(): string;
  create(config: TargetConfig): Target;
}
