import type { Oid } from '../../../base/block.js';
import type { AggregateCall } from '../../analyse/expression.js';
import type { AggregateState } from '../../functions/signature.js';
import { types } from '../../types/type-table.js';
import type { Evaluate } from '../compile.js';
import type { Frame, Row, Rows } from '../frame.js';
import { KeyTable } from '../key-table.js';
import type { Explained, PlanNode } from '../plan-node.js';
import { orderOf, type RowOrder } from '../row-order.js';
import { ArrayRows, type Condition } from './simple.js';

/** One aggregate call, its arguments as code over the rows to be grouped. */
export interface CompiledAggregate {
  readonly call: AggregateCall;
  readonly args: readonly Evaluate[];
  readonly filter: Condition | null;
  readonly orderBy: readonly Evaluate[];
}

/** The work of one aggregate over one group. */
class Accumulator {
  private readonly state: AggregateState;
  private readonly seen: KeyTable<true> | null;
  private readonly waiting: { args: unknown[]; keys: unknown[] }[] = [];

  constructor(
    private readonly aggregate: CompiledAggregate,
    private readonly order: RowOrder | null,
  ) {
    const { call } = aggregate;
    this.state = call.start();
    this.seen = call.distinct ? new KeyTable<true>(call.args.map(({ type }) => type)) : null;
  }

  take(row: Row, frame: Frame): void {
    const { args, filter, call, orderBy } = this.aggregate;
    if (filter !== null && !filter(row, frame)) return;
    const values = args.map((arg) => arg(row, frame));
    if (call.skipsNulls && values.includes(null)) return;
    if (this.seen) {
      if (this.seen.has(values)) return;
      this.seen.set(values, true);
    }
    if (this.order)
      this.waiting.push({ args: values, keys: orderBy.length > 0 ? orderBy.map((key) => key(row, frame)) : values });
    else this.state.step(values, frame.execution.call);
  }

  result(frame: Frame): unknown {
    const { order } = this;
    if (order) {
      this.waiting.sort((a, b) => order(a.keys, b.keys));
      for (const { args } of this.waiting) this.state.step(args, frame.execution.call);
    }
    return this.state.result(frame.execution.call);
  }
}

interface Group {
  readonly key: Row;
  readonly accumulators: Accumulator[];
}

const CHECK_EVERY_ROWS = 256;

/** Groups by hashing; without keys there is exactly one group, even of no rows. */
export class Aggregate implements PlanNode {
  private readonly orders: (RowOrder | null)[];

  constructor(
    private readonly input: PlanNode,
    private readonly keys: readonly Evaluate[],
    private readonly keyTypes: readonly Oid[],
    private readonly aggregates: readonly CompiledAggregate[],
    private readonly isGrouped: boolean,
    private readonly keyText: string,
  ) {
    this.orders = aggregates.map(({ call }) => aggregateOrder(call));
  }

  open(frame: Frame): Rows {
    const groups = this.isGrouped ? this.group(frame) : [this.single(frame)];
    return new ArrayRows(
      groups.map(({ key, accumulators }) => key.concat(accumulators.map((each) => each.result(frame)))),
    );
  }

  explain(): Explained {
    if (!this.isGrouped) return { title: 'Aggregate', children: [this.input] };
    return { title: 'HashAggregate', details: [`Group Key: ${this.keyText}`], children: [this.input] };
  }

  private newGroup(key: Row): Group {
    return {
      key,
      accumulators: this.aggregates.map((aggregate, index) => new Accumulator(aggregate, this.orders[index])),
    };
  }

  private single(frame: Frame): Group {
    const group = this.newGroup([]);
    this.forEachRow(frame, (row) => {
      for (const accumulator of group.accumulators) accumulator.take(row, frame);
    });
    return group;
  }

  private group(frame: Frame): Group[] {
    const groups: Group[] = [];
    const table = new KeyTable<Group>(this.keyTypes);
    this.forEachRow(frame, (row) => {
      const key = this.keys.map((value) => value(row, frame));
      let group = table.get(key);
      if (!group) {
        group = this.newGroup(key);
        table.set(key, group);
        groups.push(group);
      }
      for (const accumulator of group.accumulators) accumulator.take(row, frame);
    });
    return groups;
  }

  private forEachRow(frame: Frame, take: (row: Row) => void): void {
    const { interrupts } = frame.execution.engine;
    const rows = this.input.open(frame);
    let count = 0;
    for (let row = rows.next(); row !== null; row = rows.next()) {
      if (++count % CHECK_EVERY_ROWS === 0) interrupts.check();
      take(row);
    }
    rows.close();
  }
}

function aggregateOrder({ orderBy, distinct, args }: AggregateCall): RowOrder | null {
  if (orderBy.length > 0) {
    return orderOf(
      orderBy.map(({ expression, descending, nullsFirst }, index) => ({
        index,
        type: expression.type,
        descending,
        nullsFirst,
      })),
    );
  }
  // DISTINCT sorts its input, which string_agg and array_agg show.
  const isOrdered = distinct && args.every(({ type }) => types.byOid(type).ordered);
  return isOrdered
    ? orderOf(args.map(({ type }, index) => ({ index, type, descending: false, nullsFirst: false })))
    : null;
}
