import type { Frame, Rows } from './frame.js';

/** A node as EXPLAIN shows it. */
export interface Explained {
  /** e.g. `Seq Scan on accounts a`. */
  readonly title: string;
  /** Lines under it: `Filter: (a > 1)`. */
  readonly details?: readonly string[];
  readonly children?: readonly PlanNode[];
}

/** A step of a plan. Immutable: one plan may run many times, also inside itself. */
export interface PlanNode {
  open(frame: Frame): Rows;
  explain(): Explained;
}
