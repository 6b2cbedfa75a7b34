import { error } from '../../../base/errors.js';
import { SqlState } from '../../../base/sqlstate.js';
import type { SortKey } from '../../analyse/query.js';
import type { Evaluate } from '../compile.js';
import { readAll, type Frame, type Row, type Rows } from '../frame.js';
import { KeyTable } from '../key-table.js';
import type { Explained, PlanNode } from '../plan-node.js';
import { orderOf } from '../row-order.js';
import { ArrayRows } from './simple.js';

/** Sorts all rows in memory; equal rows keep their order. */
export class Sort implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly keys: readonly SortKey[],
    private readonly text: string,
  ) {}

  open(frame: Frame): Rows {
    return new ArrayRows(readAll(this.input.open(frame)).sort(orderOf(this.keys)));
  }

  explain(): Explained {
    return { title: 'Sort', details: [`Sort Key: ${this.text}`], children: [this.input] };
  }
}

/** The first row of each set of rows that agree in the given columns. */
export class Distinct implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly places: readonly number[],
    private readonly keyTypes: readonly number[],
  ) {}

  open(frame: Frame): Rows {
    const rows = this.input.open(frame);
    const seen = new KeyTable<true>(this.keyTypes);
    return {
      next: () => {
        for (let row = rows.next(); row !== null; row = rows.next()) {
          const key = this.places.map((place) => row![place]);
          if (seen.has(key)) continue;
          seen.set(key, true);
          return row;
        }
        return null;
      },
      close: () => rows.close(),
    };
  }

  explain(): Explained {
    return { title: 'Unique', children: [this.input] };
  }
}

export interface LimitParts {
  readonly limit: Evaluate | null;
  readonly offset: Evaluate | null;
  /** For WITH TIES: rows equal to the last one in these keys come too. */
  readonly ties: readonly SortKey[] | null;
}

export class Limit implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly parts: LimitParts,
  ) {}

  open(frame: Frame): Rows {
    const offset = countFrom(this.parts.offset, frame, 'OFFSET') ?? 0;
    const limit = countFrom(this.parts.limit, frame, 'LIMIT') ?? Infinity;
    const order = this.parts.ties && orderOf(this.parts.ties);
    const rows = this.input.open(frame);
    let skipped = 0;
    let given = 0;
    let last: Row | null = null;
    const next = (): Row | null => {
      for (; skipped < offset; skipped++) if (rows.next() === null) return null;
      if (given >= limit && !(order && last)) return null;
      const row = rows.next();
      if (row === null || (given >= limit && order!(last!, row) !== 0)) return (last = null);
      given++;
      return (last = row);
    };
    return { next, close: () => rows.close() };
  }

  explain(): Explained {
    return { title: 'Limit', children: [this.input] };
  }
}

function countFrom(value: Evaluate | null, frame: Frame, what: 'LIMIT' | 'OFFSET'): number | null {
  const count = value === null ? null : (value([], frame) as bigint | null);
  if (count === null) return null;
  if (count >= 0n) return Number(count);
  const state = what === 'LIMIT' ? SqlState.invalidRowCountInLimit : SqlState.invalidRowCountInOffset;
  throw error(state, `${what} must not be negative`);
}
