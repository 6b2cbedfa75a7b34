import type { Tag } from '../history/history.js';

/** Everything that decides one cycle, as plain data: drawn from a seed, or read from a seed file. */
export interface CycleConfig {
  readonly seed: number;
  readonly workload: string;
  /** Numbers of the clients that take part; shrinking takes some away without changing what the others do. */
  readonly clients: readonly number[];
  readonly asyncShare: number;
  readonly rollbackShare: number;
  /** Most transactions each client runs in a round. */
  readonly transactionsPerRound: number;
  /** Transactions left out, by tag. */
  readonly skip: readonly Tag[];
  /** `batch`: a transaction is one message; `single`: one message per statement. */
  readonly statementMode: 'batch' | 'single';
  /** Every how many transactions a client reads the log positions; 0 for never. */
  readonly readingsEvery: number;
  /** Pause between CHECKPOINT commands; 0 for none. */
  readonly checkpointEveryMs: number;
  readonly walSegmentMegabytes: number;
  readonly settings: Readonly<Record<string, string | number>>;
  /** Where the target's transaction ids begin, everything older being frozen; at the beginning when it is not given. */
  readonly firstXid?: number;
  /**
   * A round: clients work until a kill of its plan fires, the target recovers, the oracles look. Then, where there is a
   * jump, the target is stopped, its transaction ids jump, and it is started again. Faults and jump as text.
   */
  readonly rounds: readonly { readonly faults: readonly string[]; readonly jump?: string }[];
  /** Also recover a copy of the crashed files, and compare. */
  readonly recoverTwice: boolean;
}

/** Longest a round's workload goes on when no kill fires. */
export const ROUND_LIMIT_MS = 2500;
/** A target that does not serve again within this time after a crash violates an invariant. */
export const SERVE_AGAIN_BOUND_MS = 30_000;
