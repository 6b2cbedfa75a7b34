import type { Oid } from '../../../base/block.js';
import type { JoinKind } from '../../analyse/query.js';
import type { Evaluate } from '../compile.js';
import { readAll, type Frame, type Row, type Rows } from '../frame.js';
import { KeyTable } from '../key-table.js';
import type { Explained, PlanNode } from '../plan-node.js';
import { ArrayRows, type Condition } from './simple.js';

/** What both joins know of their sides; rows of a join are the left row followed by the right row. */
export interface JoinShape {
  readonly kind: JoinKind;
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly leftWidth: number;
  readonly rightWidth: number;
  /** Over joined rows; null: every pair matches. */
  readonly condition: Condition | null;
  readonly conditionText: string;
}

const TITLES: Record<JoinKind, string> = { inner: '', left: ' Left', right: ' Right', full: ' Full' };
const CHECK_EVERY_ROWS = 1024;

function nulls(width: number): Row {
  return Array.from({ length: width }, () => null);
}

/** Gives each left row the right rows that may match it. */
interface Candidates {
  of(leftRow: Row): readonly RightRow[];
  all(): Iterable<RightRow>;
}

interface RightRow {
  readonly row: Row;
  matched: boolean;
}

/** Joins each left row with its candidates among the right rows, all of which are in memory. */
class JoinRows implements Rows {
  private leftRow: Row | null = null;
  private candidates: readonly RightRow[] = [];
  private at = 0;
  private leftMatched = false;
  private unmatchedRight: Rows | null = null;
  private untilCheck = CHECK_EVERY_ROWS;

  constructor(
    private readonly shape: JoinShape,
    private readonly left: Rows,
    private readonly right: Candidates,
    private readonly frame: Frame,
  ) {}

  next(): Row | null {
    while (this.unmatchedRight === null) {
      if (this.leftRow === null && !this.advance()) break;
      const joined = this.nextMatch() ?? this.unmatchedLeft();
      if (joined) return joined;
    }
    return this.unmatchedRight?.next() ?? null;
  }

  close(): void {
    this.left.close();
  }

  /** Takes the next left row; at the end, turns to the right rows nobody matched. */
  private advance(): boolean {
    this.leftRow = this.left.next();
    if (this.leftRow === null) {
      this.unmatchedRight = this.restOfRight();
      return false;
    }
    this.candidates = this.right.of(this.leftRow);
    this.at = 0;
    this.leftMatched = false;
    return true;
  }

  private nextMatch(): Row | null {
    const { condition } = this.shape;
    while (this.at < this.candidates.length) {
      if (--this.untilCheck === 0) this.check();
      const candidate = this.candidates[this.at++];
      const joined = this.leftRow!.concat(candidate.row);
      if (condition !== null && !condition(joined, this.frame)) continue;
      this.leftMatched = true;
      candidate.matched = true;
      return joined;
    }
    return null;
  }

  private unmatchedLeft(): Row | null {
    const { kind, rightWidth } = this.shape;
    const row = this.leftRow!;
    this.leftRow = null;
    return (kind === 'left' || kind === 'full') && !this.leftMatched ? row.concat(nulls(rightWidth)) : null;
  }

  private restOfRight(): Rows {
    const { kind, leftWidth } = this.shape;
    if (kind !== 'right' && kind !== 'full') return new ArrayRows([]);
    const rest: Row[] = [];
    for (const { row, matched } of this.right.all()) if (!matched) rest.push(nulls(leftWidth).concat(row));
    return new ArrayRows(rest);
  }

  private check(): void {
    this.untilCheck = CHECK_EVERY_ROWS;
    this.frame.execution.engine.interrupts.check();
  }
}

function rightRows(shape: JoinShape, frame: Frame): RightRow[] {
  return readAll(shape.right.open(frame)).map((row) => ({ row, matched: false }));
}

/** Compares every left row with every right row. */
export class NestedLoop implements PlanNode {
  constructor(private readonly shape: JoinShape) {}

  open(frame: Frame): Rows {
    const all = rightRows(this.shape, frame);
    return new JoinRows(this.shape, this.shape.left.open(frame), { of: () => all, all: () => all }, frame);
  }

  explain(): Explained {
    const { kind, left, right, condition, conditionText } = this.shape;
    return {
      title: `Nested Loop${TITLES[kind]}${kind === 'inner' ? '' : ' Join'}`,
      details: condition ? [`Join Filter: ${conditionText}`] : [],
      children: [left, right],
    };
  }
}

export interface HashKeys {
  readonly types: readonly Oid[];
  /** Over left rows. */
  readonly left: readonly Evaluate[];
  /** Over right rows. */
  readonly right: readonly Evaluate[];
  readonly text: string;
}

/** Looks up each left row's keys in a hash table of the right rows. Null keys match nothing. */
export class HashJoin implements PlanNode {
  constructor(
    private readonly shape: JoinShape,
    private readonly keys: HashKeys,
  ) {}

  open(frame: Frame): Rows {
    const { keys } = this;
    const all = rightRows(this.shape, frame);
    const table = new KeyTable<RightRow[]>(keys.types);
    for (const right of all) {
      const key = keys.right.map((value) => value(right.row, frame));
      if (key.includes(null)) continue;
      const bucket = table.get(key);
      if (bucket) bucket.push(right);
      else table.set(key, [right]);
    }
    const candidates: Candidates = {
      of: (row) => table.get(keys.left.map((value) => value(row, frame))) ?? [],
      all: () => all,
    };
    return new JoinRows(this.shape, this.shape.left.open(frame), candidates, frame);
  }

  explain(): Explained {
    const { kind, left, right, condition, conditionText } = this.shape;
    const hash: PlanNode = {
      open: (frame) => right.open(frame),
      explain: () => ({ title: 'Hash', children: [right] }),
    };
    return {
      title: `Hash${TITLES[kind]} Join`,
      details: [`Hash Cond: ${this.keys.text}`, ...(condition ? [`Join Filter: ${conditionText}`] : [])],
      children: [left, hash],
    };
  }
}
