import type { Relation } from '../../catalog/relation.js';
import type { CommonTable } from '../../analyse/query.js';
import type { FunctionSource } from '../../analyse/source.js';
import type { BuiltInView } from '../../views/view-table.js';
import { readSystemColumns } from '../read-system-columns.js';
import type { Evaluate } from '../compile.js';
import type { Frame, Row, Rows } from '../frame.js';
import type { Explained, PlanNode } from '../plan-node.js';
import { ArrayRows, type Condition, widened } from './simple.js';

/** How much of each tuple a scan takes out. */
export interface ScanColumns {
  /** Leading columns the filter needs. */
  readonly forFilter: number;
  /** Leading columns anything needs. */
  readonly inAll: number;
  /** All columns and the system slot. */
  readonly width: number;
  readonly withSystemColumns: boolean;
}

/** Reads a table in page order; the filter runs before the rest of the tuple is taken apart. */
export class SeqScan implements PlanNode {
  constructor(
    readonly relation: Relation,
    private readonly alias: string,
    private readonly columns: ScanColumns,
    private readonly condition: Condition | null,
    private readonly conditionText: string,
  ) {}

  open(frame: Frame): Rows {
    const { engine, snapshot } = frame.execution;
    const { interrupts } = engine;
    const { relation, condition } = this;
    const { layout } = relation;
    const { forFilter, inAll, width, withSystemColumns } = this.columns;
    const scan = engine.access.heap.scan(relation.file, snapshot);
    let untilCheck = CHECK_EVERY_ROWS;
    return {
      next() {
        for (let tuple = scan.next(); tuple !== null; tuple = scan.next()) {
          if (--untilCheck === 0) {
            interrupts.check();
            untilCheck = CHECK_EVERY_ROWS;
          }
          let row: Row | undefined;
          if (condition !== null) {
            row = tuple.values(layout, forFilter);
            if (!condition(row, frame)) continue;
          }
          if (row === undefined || inAll > forFilter) row = tuple.values(layout, inAll);
          row[width - 1] = withSystemColumns ? readSystemColumns(relation, tuple) : null;
          return row;
        }
        return null;
      },
      close: () => scan.close(),
    };
  }

  explain(): Explained {
    const { name } = this.relation;
    const title = `Seq Scan on ${name}${this.alias === name ? '' : ` ${this.alias}`}`;
    return { title, details: this.condition ? [`Filter: ${this.conditionText}`] : [] };
  }
}

const CHECK_EVERY_ROWS = 256;

/** The rows of a built-in view, made when the scan begins. */
export class ViewScan implements PlanNode {
  constructor(
    private readonly view: BuiltInView,
    private readonly width: number,
  ) {}

  open(frame: Frame): Rows {
    const rows = this.view.rows(frame.execution.call);
    return new ArrayRows(rows.map((row) => widened(row as Row, this.width)));
  }

  explain(): Explained {
    return { title: `Seq Scan on ${this.view.name}` };
  }
}

export class FunctionScan implements PlanNode {
  constructor(
    private readonly source: FunctionSource,
    private readonly args: readonly Evaluate[],
    private readonly width: number,
    private readonly alias: string,
  ) {}

  open(frame: Frame): Rows {
    const { interrupts } = frame.execution.engine;
    const { source, width } = this;
    const result = source.caller(
      this.args.map((arg) => arg([], frame)),
      frame.execution.call,
    );
    const values = source.returnsSet ? (result as Iterable<unknown>)[Symbol.iterator]() : [result][Symbol.iterator]();
    let number = 0n;
    return {
      next() {
        const { value, done } = values.next();
        if (done) return null;
        if (++number % 1024n === 0n) interrupts.check();
        const row: Row = Array.isArray(value) ? value.slice() : [value];
        if (source.ordinality) row.push(number);
        return widened(row, width);
      },
      close: () => void values.return?.(),
    };
  }

  explain(): Explained {
    const { name } = this.source;
    return { title: `Function Scan on ${name}${this.alias === name ? '' : ` ${this.alias}`}` };
  }
}

/** The rows of a WITH query. */
export class CommonTableScan implements PlanNode {
  constructor(
    private readonly table: CommonTable,
    private readonly width: number,
    private readonly alias: string,
  ) {}

  open(frame: Frame): Rows {
    return new ArrayRows(frame.commonTable(this.table).map((row) => widened(row, this.width)));
  }

  explain(): Explained {
    const { name } = this.table;
    return { title: `CTE Scan on ${name}${this.alias === name ? '' : ` ${this.alias}`}` };
  }
}

/** A statement with WITH queries. */
export class With implements PlanNode {
  constructor(
    private readonly input: PlanNode,
    private readonly plans: ReadonlyMap<CommonTable, PlanNode>,
  ) {}

  open(frame: Frame): Rows {
    return this.input.open(frame.keeping(this.plans));
  }

  explain(): Explained {
    const below = this.input.explain();
    const plans: PlanNode[] = [...this.plans].map(([table, plan]) => ({
      open: (frame) => plan.open(frame),
      explain: () => ({ title: `CTE ${table.name}`, children: [plan] }),
    }));
    return { ...below, children: [...plans, ...(below.children ?? [])] };
  }
}
