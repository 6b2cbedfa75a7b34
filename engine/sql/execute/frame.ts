import type { Snapshot } from '../../access/transactions/snapshot.js';
import type { CommonTable } from '../analyse/query.js';
import type { Engine } from '../engine.js';
import type { PlanNode } from './plan-node.js';
import type { SystemEnvironment } from '../views/system-environment.js';

/** A row between plan nodes: the flat row of a query level, a grouped row, or a target row. */
export type Row = unknown[];

/** Rows on demand. `next` gives null at the end; `close` may be called at any time, once. */
export interface Rows {
  next(): Row | null;
  close(): void;
}

/** One execution of a plan: what all its nodes share. */
export interface Execution {
  readonly engine: Engine;
  readonly call: SystemEnvironment;
  readonly snapshot: Snapshot;
  readonly parameters: readonly unknown[];
  /** Values computed once and read several times (CASE operands), by the number the compiler gave them. */
  readonly registers: unknown[];
  /** Results of subqueries that depend on nothing outside, by plan. */
  readonly results: Map<object, unknown>;
  /** Must a row that another transaction changed since the snapshot fail the statement (REPEATABLE READ)? */
  readonly isSnapshotFixed: boolean;
}

interface KeptRows {
  readonly plan: PlanNode;
  rows: Row[] | null;
}

/** Where a query level runs: its execution, the row of the level around it, and the WITH queries that begin here. */
export class Frame {
  private constructor(
    readonly execution: Execution,
    private readonly outerRow: Row | null,
    private readonly parent: Frame | null,
    private readonly kept: Map<CommonTable, KeptRows> | null,
  ) {}

  static outermost(execution: Execution): Frame {
    return new Frame(execution, null, null, null);
  }

  /** The frame of a subquery that may look at `row`. */
  inner(row: Row): Frame {
    return new Frame(this.execution, row, this, null);
  }

  /** A frame on the same level in which the rows of WITH queries are kept. */
  keeping(plans: ReadonlyMap<CommonTable, PlanNode>): Frame {
    const kept = new Map([...plans].map(([table, plan]) => [table, { plan, rows: null } as KeptRows]));
    return new Frame(this.execution, this.outerRow, this, kept);
  }

  /** The rows of a WITH query, which runs when they are first asked for. */
  commonTable(table: CommonTable): Row[] {
    const entry = this.kept?.get(table);
    if (entry) return (entry.rows ??= readAll(entry.plan.open(this)));
    if (!this.parent) throw new TypeError(`WITH query ${table.name} outside its statement`);
    return this.parent.commonTable(table);
  }

  /** The row of the level `levels` further out, 1 for the one around this. */
  outer(levels: number): Row {
    if (this.kept) return this.parent!.outer(levels);
    return levels === 1 ? this.outerRow! : this.parent!.outer(levels - 1);
  }
}

/** Runs to the end. */
export function readAll(rows: Rows): Row[] {
  const all: Row[] = [];
  for (let row = rows.next(); row !== null; row = rows.next()) all.push(row);
  rows.close();
  return all;
}
