import type { RelFile } from '../../base/block.js';
import type { CaseOperand, Expression } from '../analyse/expression.js';
import type { Source } from '../analyse/source.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { CommonTable, FromItem, Query, SelectQuery, SetQuery, SortKey, ValuesQuery } from '../analyse/query.js';
import { deparse } from '../analyse/deparse.js';
import { compile, compileCondition, type Compiler, type Level } from '../execute/compile.js';
import { Aggregate, type CompiledAggregate } from '../execute/nodes/aggregate.js';
import { lateralSources } from '../execute/correlation.js';
import { LockRows } from '../execute/nodes/lock-rows.js';
import { Distinct, Limit, Sort } from '../execute/nodes/ordering.js';
import { With } from '../execute/nodes/scans.js';
import { Append, CountingSetOperation } from '../execute/nodes/set-operation.js';
import { Filter, OneRow, Project, ProjectSet, Trim, ValuesScan } from '../execute/nodes/simple.js';
import type { PlanNode } from '../execute/plan-node.js';
import { unsupported } from '../parse/nodes.js';
import { conjuncts } from './conjuncts.js';
import { textOf } from './condition-text.js';
import { planFrom, tableOf, type PlannedFrom } from './plan-from.js';
import type { Estimate, PlanCosts } from './plan-costs.js';
import type { PlanningEnvironment } from './planned-statement.js';
import { wantedOrder } from './scan-order.js';
import { columnOf, distinctValues } from './selectivity.js';
import { tableSize } from './table-size.js';

/** Turns analysed queries into plans, expressions compiled. One per statement. */
export class Planner implements Compiler {
  /** Was an index left out that later snapshots may use? Then the plan is for now only. */
  isTransient = false;
  /** Pages of the tables and indexes that were looked at. */
  readonly sizes = new Map<RelFile, number>();
  private readonly registers = new Map<CaseOperand, number>();
  private settledCosts: PlanCosts | undefined;

  constructor(private readonly environment: PlanningEnvironment) {}

  get costs(): PlanCosts {
    return (this.settledCosts ??= this.environment.costs());
  }

  filePages(file: RelFile): number {
    const known = this.sizes.get(file);
    if (known !== undefined) return known;
    const pages = this.environment.filePages(file);
    this.sizes.set(file, pages);
    return pages;
  }

  /** The indexes that give this transaction's snapshots all rows. */
  usableIndexes({ indexes }: Relation): TableIndex[] {
    return indexes.filter((index) => {
      const isUsable = index.isValid && this.environment.seesAllOf(index);
      this.isTransient ||= !isUsable;
      return isUsable;
    });
  }

  /** Rows of which nothing is known. */
  guess(): Estimate {
    return { startup: 0, total: GUESSED_ROWS * this.costs.cpuTuple, rows: GUESSED_ROWS };
  }

  /** How many different values the expression has among the rows of its table. */
  distinctValues(expression: Expression): number {
    const source = sourceOf(expression);
    const relation = source && tableOf(source);
    const column = relation && columnOf(expression, source);
    if (column === undefined) return DEFAULT_DISTINCT;
    const { tuples } = tableSize(relation!, this.filePages(relation!.file));
    return distinctValues(column, { source: source!, relation: relation!, tuples });
  }

  register(operand: CaseOperand): number {
    let number = this.registers.get(operand);
    if (number === undefined) this.registers.set(operand, (number = this.registers.size));
    return number;
  }

  planSubquery(query: Query, level: Level): PlanNode {
    return this.planQuery(query, level);
  }

  /** `outer` is the level whose rows the query may read. */
  planQuery(query: Query, outer: Level | null): PlanNode {
    const planned = this.planBody(query, outer);
    return this.withCommonTables(planned, query.commonTables, outer);
  }

  withCommonTables(node: PlanNode, tables: readonly CommonTable[], outer: Level | null): PlanNode {
    if (tables.length === 0) return node;
    return new With(node, new Map(tables.map((table) => [table, this.planQuery(table.query, outer)])));
  }

  private planBody(query: Query, outer: Level | null): PlanNode {
    if (query.kind === 'select') return this.planSelect(query, outer);
    const level: Level = { scope: query, base: 0, keys: null, parent: outer };
    const rows = query.kind === 'values' ? this.planValues(query, level) : this.planSetOperation(query, level, outer);
    const sorted = this.sort(rows, query.orderBy, (key) => query.columns[key.index].name);
    return this.limit(sorted, query, level);
  }

  private planValues(query: ValuesQuery, level: Level): PlanNode {
    return new ValuesScan(query.rows.map((row) => row.map((value) => compile(value, this, level))));
  }

  private planSetOperation(query: SetQuery, level: Level, outer: Level | null): PlanNode {
    const side = (inner: Query, conversions: readonly Expression[] | null): PlanNode => {
      const node = this.planQuery(inner, outer);
      return conversions
        ? new Project(
            node,
            conversions.map((each) => compile(each, this, level)),
          )
        : node;
    };
    const left = side(query.left, query.leftConversions);
    const right = side(query.right, query.rightConversions);
    const columnTypes = query.columns.map(({ type }) => type);
    if (query.operation !== 'union')
      return new CountingSetOperation(query.operation, query.all, left, right, columnTypes);
    const both = new Append([left, right]);
    return query.all
      ? both
      : new Distinct(
          both,
          columnTypes.map((_, index) => index),
          columnTypes,
        );
  }

  private planSelect(query: SelectQuery, outer: Level | null): PlanNode {
    const flat: Level = { scope: query.scope, base: 0, keys: null, parent: outer };
    const rows = this.planRows(query, flat);
    let { node } = rows;
    let level = flat;
    if (query.grouping) {
      node = this.group(node, query, flat);
      level = { ...flat, keys: query.grouping.keys };
      const having = compileCondition(conjuncts(query.having), this, level);
      if (having) node = new Filter(node, having, textOf(conjuncts(query.having)));
    }
    if (query.locking && query.orderBy.length === 0) node = this.lock(node, query, flat);
    const targets = query.targets.map((target) => compile(target, this, level));
    return this.finish(rows.isOrdered ? { ...query, orderBy: [] } : query, node, targets, level, flat);
  }

  private finish(
    query: SelectQuery,
    input: PlanNode,
    targets: ReturnType<typeof compile>[],
    level: Level,
    flat: Level,
  ): PlanNode {
    let node: PlanNode;
    if (query.locking && query.orderBy.length > 0) {
      const shown = this.sortBeforeLocking(query, input, flat);
      node = new Project(this.lock(shown, query, flat), targets);
    } else {
      node = this.project(query, input, targets, level);
      const nameOf = (key: SortKey): string =>
        deparse(query.targets[key.index], { qualify: query.from?.kind === 'join' });
      if (query.distinctOn && query.distinctOn.length < query.columns.length)
        node = this.distinctOn(node, query, nameOf);
      else {
        if (query.distinctOn) node = this.distinct(node, query);
        node = this.sort(node, query.orderBy, nameOf);
      }
    }
    node = this.limit(node, query, level);
    return query.targets.length > query.columns.length ? new Trim(node, query.columns.length) : node;
  }

  private project(query: SelectQuery, input: PlanNode, targets: ReturnType<typeof compile>[], level: Level): PlanNode {
    if (query.setCalls.length === 0) return new Project(input, targets);
    const calls = query.setCalls.map(({ operand, caller, args }) => ({
      register: this.register(operand),
      caller,
      args: args.map((arg) => compile(arg, this, level)),
    }));
    return new ProjectSet(input, calls, targets);
  }

  /** Rows are locked in the order they are shown, so they are sorted while they still are rows of the tables. */
  private sortBeforeLocking(query: SelectQuery, input: PlanNode, flat: Level): PlanNode {
    const width = flatWidth(query);
    const passed = Array.from({ length: width }, (_, index) => (row: unknown[]) => row[index]);
    const keys = query.orderBy.map((key) => compile(query.targets[key.index], this, flat));
    const extended = new Project(input, [...passed, ...keys]);
    const sortKeys = query.orderBy.map((key, place) => ({ ...key, index: width + place }));
    return this.sort(extended, sortKeys, (key) =>
      deparse(query.targets[query.orderBy[key.index - width].index], { qualify: false }),
    );
  }

  private planRows(query: SelectQuery, level: Level): Pick<PlannedFrom, 'node' | 'isOrdered'> {
    const conditions = conjuncts(query.where);
    if (query.from) {
      const wanted = wantedOrder(query);
      const { node, isOrdered } = planFrom(this, level, query.from, conditions, wanted);
      return { node, isOrdered: isOrdered && wanted !== undefined };
    }
    const condition = compileCondition(conditions, this, level);
    const node = condition ? new Filter(new OneRow(), condition, textOf(conditions)) : new OneRow();
    return { node, isOrdered: query.orderBy.length === 0 };
  }

  private group(input: PlanNode, query: SelectQuery, level: Level): PlanNode {
    const { keys, named, aggregates } = query.grouping!;
    const compiled = aggregates.map((call): CompiledAggregate => ({
      call,
      args: call.args.map((arg) => compile(arg, this, level)),
      filter: call.filter ? compileCondition(conjuncts(call.filter), this, level) : null,
      orderBy: call.orderBy.map(({ expression }) => compile(expression, this, level)),
    }));
    const code = keys.map((key) => compile(key, this, level));
    const shown = keys.slice(0, named).map((key) => deparse(key, { qualify: query.from?.kind === 'join' }));
    return new Aggregate(
      input,
      code,
      keys.map(({ type }) => type),
      compiled,
      keys.length > 0,
      shown.join(', '),
    );
  }

  private lock(input: PlanNode, query: SelectQuery, level: Level): PlanNode {
    if (query.from && lateralSources(query.from, query.scope).size > 0)
      throw unsupported('FOR UPDATE or SHARE with LATERAL');
    return new LockRows(
      input,
      query.locking!,
      compileCondition([...conjuncts(query.where), ...joinConditions(query.from)], this, level),
    );
  }

  private distinct(input: PlanNode, query: SelectQuery): PlanNode {
    const places = query.distinctOn!;
    return new Distinct(
      input,
      places,
      places.map((place) => query.targets[place].type),
    );
  }

  /** DISTINCT ON keeps the first row of each set in the sorted order. */
  private distinctOn(input: PlanNode, query: SelectQuery, nameOf: (key: SortKey) => string): PlanNode {
    return this.distinct(this.sort(input, query.orderBy, nameOf), query);
  }

  private sort(input: PlanNode, keys: readonly SortKey[], nameOf: (key: SortKey) => string): PlanNode {
    if (keys.length === 0) return input;
    const text = keys.map((key) => nameOf(key) + directionOf(key)).join(', ');
    return new Sort(input, keys, text);
  }

  private limit(input: PlanNode, query: Query, level: Level): PlanNode {
    const { limit, offset, withTies } = query.limits;
    if (!limit && !offset) return input;
    return new Limit(input, {
      limit: limit ? compile(limit, this, level) : null,
      offset: offset ? compile(offset, this, level) : null,
      ties: withTies ? query.orderBy : null,
    });
  }
}

const GUESSED_ROWS = 1000;
const DEFAULT_DISTINCT = 200;

function sourceOf(expression: Expression): Source | undefined {
  if (expression.kind === 'column') return expression.source;
  return expression.kind === 'cast' ? sourceOf(expression.arg) : undefined;
}

function directionOf({ descending, nullsFirst }: SortKey): string {
  const nulls = descending === nullsFirst ? '' : nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return (descending ? ' DESC' : '') + nulls;
}

/** The conditions of inner joins, which rows locked in a newer version must pass again. */
function joinConditions(item: FromItem | null): Expression[] {
  if (item?.kind !== 'join' || item.join !== 'inner') return [];
  return [...conjuncts(item.on), ...joinConditions(item.left), ...joinConditions(item.right)];
}

function flatWidth(query: SelectQuery): number {
  return (query.scope as { width: number }).width;
}
