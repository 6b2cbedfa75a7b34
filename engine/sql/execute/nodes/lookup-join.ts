import type { Frame, Row, Rows } from '../frame.js';
import type { Explained, PlanNode } from '../plan-node.js';
import type { ParameterisedScan } from './index-scans.js';
import type { Condition } from './simple.js';

export interface LookupShape {
  /** Read once, in its order. */
  readonly outer: PlanNode;
  /** Looked up in, or run, for each row of that. */
  readonly inner: ParameterisedScan;
  readonly innerWidth: number;
  /** Joined rows begin with the outer row. */
  readonly isOuterFirst: boolean;
  /** Do outer rows without a match come with NULLs? */
  readonly keepsOuter: boolean;
  /** Over joined rows; null: every pair found matches. */
  readonly condition: Condition | null;
  readonly conditionText: string;
}

const CHECK_EVERY_ROWS = 256;

/** A nested loop whose inner side depends on the values of the outer row (executor/nodeNestloop.c). */
export class LookupJoin implements PlanNode {
  constructor(private readonly shape: LookupShape) {}

  open(frame: Frame): Rows {
    return new LookupRows(this.shape, frame);
  }

  explain(): Explained {
    const { outer, inner, keepsOuter, condition, conditionText } = this.shape;
    return {
      title: keepsOuter ? 'Nested Loop Left Join' : 'Nested Loop',
      details: condition ? [`Join Filter: ${conditionText}`] : [],
      children: [outer, inner],
    };
  }
}

/** A part of FROM that refers to what stands to its left: the outer row is a row around it. */
export class Lateral implements ParameterisedScan {
  constructor(private readonly input: PlanNode) {}

  open(frame: Frame): Rows {
    return this.input.open(frame);
  }

  openFor(outer: Row, frame: Frame): Rows {
    return this.input.open(frame.inner(outer));
  }

  explain(): Explained {
    return this.input.explain();
  }
}

class LookupRows implements Rows {
  private readonly outer: Rows;
  private readonly nulls: Row;
  private outerRow: Row | null = null;
  private inner: Rows | null = null;
  private isMatched = false;
  private untilCheck = CHECK_EVERY_ROWS;

  constructor(
    private readonly shape: LookupShape,
    private readonly frame: Frame,
  ) {
    this.outer = shape.outer.open(frame);
    this.nulls = Array.from({ length: shape.innerWidth }, () => null);
  }

  next(): Row | null {
    for (;;) {
      if (this.outerRow === null && !this.advance()) return null;
      const joined = this.nextMatch() ?? this.unmatched();
      if (joined !== null) return joined;
    }
  }

  close(): void {
    this.inner?.close();
    this.outer.close();
  }

  private advance(): boolean {
    if (--this.untilCheck === 0) {
      this.untilCheck = CHECK_EVERY_ROWS;
      this.frame.execution.engine.interrupts.check();
    }
    this.outerRow = this.outer.next();
    if (this.outerRow === null) return false;
    this.inner = this.shape.inner.openFor(this.outerRow, this.frame);
    this.isMatched = false;
    return true;
  }

  private nextMatch(): Row | null {
    const { condition } = this.shape;
    const inner = this.inner!;
    for (let row = inner.next(); row !== null; row = inner.next()) {
      const joined = this.joined(row);
      if (condition !== null && !condition(joined, this.frame)) continue;
      this.isMatched = true;
      return joined;
    }
    return null;
  }

  /** The outer row is done with. */
  private unmatched(): Row | null {
    const joined = this.shape.keepsOuter && !this.isMatched ? this.joined(this.nulls) : null;
    this.inner!.close();
    this.inner = null;
    this.outerRow = null;
    return joined;
  }

  private joined(inner: Row): Row {
    return this.shape.isOuterFirst ? this.outerRow!.concat(inner) : inner.concat(this.outerRow!);
  }
}
