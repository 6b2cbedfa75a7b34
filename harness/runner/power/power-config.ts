import type { ProfileName } from '../../disks/disk-model.js';
import type { Tag } from '../../history/history.js';

/** Where a run's trace comes from: one thread that takes all turns, or real processes on record. */
export type RunSource = 'simulated' | 'recorded';

/** What there is to know of a run's configuration, wherever the run comes from. */
export interface RunConfig {
  readonly seed: number;
  readonly workload: string;
  readonly clients: readonly number[];
  readonly settings: Readonly<Record<string, string | number>>;
  /** I/O faults that strike the run, as text. */
  readonly faults?: readonly string[];
}

/** Everything that decides one simulated run and the crashes tried on it, as plain data. */
export interface PowerConfig {
  readonly seed: number;
  readonly workload: string;
  readonly clients: readonly number[];
  readonly asyncShare: number;
  readonly rollbackShare: number;
  /** Transactions each client runs. */
  readonly transactionsPerClient: number;
  /** Transactions left out, by tag. */
  readonly skip: readonly Tag[];
  /** `batch`: a transaction is one message; `single`: one message per statement, others between. */
  readonly statementMode: 'batch' | 'single';
  /** How often each background process gets a turn, against 100 for each client. */
  readonly turns: {
    readonly checkpointer: number;
    readonly bgwriter: number;
    readonly walwriter: number;
    /** Every process is killed, the disk loses nothing, and the cluster starts again. */
    readonly restart: number;
  };
  /** Chance that others run where a process passes a named moment. */
  readonly interruptChance: number;
  /** Checkpoints and the other background processes run there too, and not clients alone. */
  readonly everybodyInterrupts?: boolean;
  readonly walSegmentMegabytes: number;
  readonly settings: Readonly<Record<string, string | number>>;
  /** I/O faults that strike the run, as text. */
  readonly faults: readonly string[];
  /** Where the cluster's transaction ids begin, everything older being frozen; at the beginning when it is not given. */
  readonly firstXid?: number;
  /** At even distances in the run the cluster is stopped, its transaction ids jump, and it is started again. As text. */
  readonly jumps?: readonly string[];
  /** A run that is written down instead of drawn: see fixed-run.ts. */
  readonly script?: 'across-checkpoint';
}

/** What to try on a run. */
export interface Search {
  readonly profiles: readonly ProfileName[];
  /** How many moments of the run are crashed at, for each profile. */
  readonly points: number;
  /** How many sets of survivors are tried at each. */
  readonly survivorSets: number;
  /** Crashes inside recovery, and inside the recovery from those, and so on. */
  readonly nestedDepth: number;
  /** One state in so many is also recovered through nested crashes. */
  readonly nestedEvery: number;
  /** Instead of drawing: every moment, and every set of survivors that differs from none or from all by up to so many. */
  readonly exhaustive?: { readonly differing: number };
}

/** One crash exactly: where, what survived, and the crashes inside the recoveries that followed. */
export interface ExactCrash {
  readonly profile: ProfileName;
  /** As `power-loss at +1412 keep {1398, 1401[0-3]}`; the first in the run, each next one in the recovery before it. */
  readonly crashes: readonly string[];
}
