import type { SetQuery } from '../../analyse/query.js';
import type { Frame, Row, Rows } from '../frame.js';
import { KeyTable } from '../key-table.js';
import type { Explained, PlanNode } from '../plan-node.js';
import { ArrayRows } from './simple.js';

/** The rows of the left side, then those of the right. */
export class Append implements PlanNode {
  constructor(private readonly inputs: readonly PlanNode[]) {}

  open(frame: Frame): Rows {
    let index = 0;
    let rows = this.inputs[0].open(frame);
    return {
      next: () => {
        for (;;) {
          const row = rows.next();
          if (row !== null || index === this.inputs.length - 1) return row;
          rows.close();
          rows = this.inputs[++index].open(frame);
        }
      },
      close: () => rows.close(),
    };
  }

  explain(): Explained {
    return { title: 'Append', children: this.inputs };
  }
}

interface Counts {
  readonly row: Row;
  left: number;
  right: number;
}

/** INTERSECT and EXCEPT, by counting each distinct row on both sides. */
export class CountingSetOperation implements PlanNode {
  constructor(
    private readonly operation: Exclude<SetQuery['operation'], 'union'>,
    private readonly all: boolean,
    private readonly left: PlanNode,
    private readonly right: PlanNode,
    private readonly columnTypes: readonly number[],
  ) {}

  open(frame: Frame): Rows {
    const table = new KeyTable<Counts>(this.columnTypes);
    const inOrder: Counts[] = [];
    count(this.left.open(frame), (row) => {
      const entry = table.get(row);
      if (entry) entry.left++;
      else {
        const added = { row, left: 1, right: 0 };
        table.set(row, added);
        inOrder.push(added);
      }
    });
    count(this.right.open(frame), (row) => {
      const entry = table.get(row);
      if (entry) entry.right++;
    });
    return new ArrayRows(inOrder.flatMap((entry) => Array.from({ length: this.copies(entry) }, () => entry.row)));
  }

  explain(): Explained {
    const name = this.operation === 'intersect' ? 'Intersect' : 'Except';
    return { title: `HashSetOp ${name}${this.all ? ' All' : ''}`, children: [this.left, this.right] };
  }

  private copies({ left, right }: Counts): number {
    if (this.operation === 'intersect') return this.all ? Math.min(left, right) : Number(right > 0);
    return this.all ? Math.max(0, left - right) : Number(right === 0);
  }
}

function count(rows: Rows, take: (row: Row) => void): void {
  for (let row = rows.next(); row !== null; row = rows.next()) take(row);
  rows.close();
}
