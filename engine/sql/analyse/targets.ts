import type { Node, SortBy } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, stringOf, unsupported } from '../parse/nodes.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import { resolveUnknown } from './coerce.js';
import { sameExpression } from './equal.js';
import type { Expression } from './expression.js';
import { transformExpression } from './expressions.js';
import type { OutputColumn, SortKey } from './query.js';
import type { Clause, Scope } from './scope.js';

export interface Target {
  readonly name: string;
  readonly expression: Expression;
}

/** The target row under construction: what is shown, then what only ORDER BY, GROUP BY or DISTINCT ON need. */
export class TargetList {
  private readonly targets: Target[];
  readonly shownCount: number;

  constructor(shown: readonly Target[]) {
    this.targets = [...shown];
    this.shownCount = shown.length;
  }

  expressions(): Expression[] {
    return this.targets.map(({ expression }) => expression);
  }

  /** The place of an equal expression, added at the end when there is none. */
  place(expression: Expression): number {
    const index = this.targets.findIndex((target) => sameExpression(target.expression, expression));
    return index >= 0 ? index : this.targets.push({ name: '?column?', expression }) - 1;
  }

  shownNamed(name: string): number[] {
    return this.targets.slice(0, this.shownCount).flatMap((target, index) => (target.name === name ? [index] : []));
  }

  at(index: number): Expression {
    return this.targets[index].expression;
  }

  /** Literals that nothing gave a type become text. */
  resolveUnknown(from = 0): void {
    for (let i = from; i < this.targets.length; i++) {
      this.targets[i] = { ...this.targets[i], expression: resolveUnknown(this.targets[i].expression) };
    }
  }

  columns(): OutputColumn[] {
    return this.targets.slice(0, this.shownCount).map(outputColumn);
  }
}

function outputColumn({ name, expression }: Target): OutputColumn {
  const { type, typmod } = expression;
  if (expression.kind !== 'column' || expression.source.body.kind !== 'table') {
    return { name, type, typmod, table: 0, attribute: 0 };
  }
  return { name, type, typmod, table: expression.source.body.relation.oid, attribute: expression.index + 1 };
}

export interface SortItem {
  readonly index: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly location: number | undefined;
}

/** ORDER BY (parser/parse_clause.c transformSortClause). */
export function transformOrderBy(
  analyser: Analyser,
  scope: Scope,
  list: TargetList,
  nodes: readonly Node[],
): SortItem[] {
  const items: SortItem[] = [];
  for (const node of nodes) {
    const { node: value, sortby_dir: direction, sortby_nulls: nulls, useOp } = bodyOf(node) as SortBy;
    const descending = direction === 'SORTBY_DESC' || (direction === 'SORTBY_USING' && sortsDown(useOp));
    const index = findTarget(analyser, scope, list, value!, 'ORDER BY');
    if (items.some((item) => item.index === index)) continue;
    const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending);
    items.push({ index, descending, nullsFirst, location: bodyOf(value!).location as number | undefined });
  }
  return items;
}

function sortsDown(operator: readonly Node[] | undefined): boolean {
  const name = stringOf(operator![operator!.length - 1]);
  if (name !== '<' && name !== '>') throw unsupported(`ORDER BY USING ${name}`);
  return name === '>';
}

/** The sort keys, once the targets have their final types. Raises 42883 for a type without an order. */
export function sortOfTargets(list: TargetList, items: readonly SortItem[]): SortKey[] {
  return items.map(({ index, descending, nullsFirst, location }) => {
    const { type } = list.at(index);
    requireOrder(type, location);
    return { index, descending, nullsFirst, type };
  });
}

export function requireOrder(type: number, location?: number): void {
  if (types.byOid(type).ordered) return;
  throw error(SqlState.undefinedFunction, `could not identify an ordering operator for type ${types.format(type)}`, {
    ...at(location),
    hint: 'Use an explicit ordering operator or modify the query.',
  });
}

const CLAUSES: Record<string, Clause> = {
  'ORDER BY': 'order by',
  'GROUP BY': 'group by',
  'DISTINCT ON': 'distinct on',
};

/**
 * What an item of ORDER BY, GROUP BY or DISTINCT ON means: a name of an output column, a position, or an expression.
 * GROUP BY prefers an input column to an output column of the same name, ORDER BY does not.
 */
export function findTarget(analyser: Analyser, scope: Scope, list: TargetList, node: Node, what: string): number {
  const byName = namedOutput(scope, list, node, what);
  if (byName !== undefined) return byName;
  if ('A_Const' in node) return positionOf(list, node, what);
  scope.clause = CLAUSES[what];
  const expression = transformExpression(analyser, scope, node);
  return list.place(expression);
}

function namedOutput(scope: Scope, list: TargetList, node: Node, what: string): number | undefined {
  if (!('ColumnRef' in node) || node.ColumnRef.fields?.length !== 1 || !('String' in node.ColumnRef.fields[0]))
    return undefined;
  const name = stringOf(node.ColumnRef.fields[0]);
  if (what === 'GROUP BY' && scope.hasColumnHere(name)) return undefined;
  const found = list.shownNamed(name);
  const distinct = found.filter((index) => !sameExpression(list.at(index), list.at(found[0])));
  if (distinct.length > 0)
    throw error(SqlState.ambiguousColumn, `${what} "${name}" is ambiguous`, at(node.ColumnRef.location));
  return found[0];
}

function positionOf(list: TargetList, node: Extract<Node, { A_Const: unknown }>, what: string): number {
  const { ival, location } = node.A_Const;
  if (!ival) throw error(SqlState.syntaxError, `non-integer constant in ${what}`, at(location));
  const position = ival.ival ?? 0;
  if (position < 1 || position > list.shownCount) {
    throw error(SqlState.invalidColumnReference, `${what} position ${position} is not in select list`, at(location));
  }
  return position - 1;
}

/** DISTINCT and DISTINCT ON; null for neither. */
export function transformDistinct(
  analyser: Analyser,
  scope: Scope,
  list: TargetList,
  clause: readonly Node[] | undefined,
  sort: readonly SortItem[],
): number[] | null {
  if (!clause) return null;
  const on = clause.filter((node) => Object.keys(node).length > 0);
  return on.length === 0 ? distinctAll(list, sort) : distinctOn(analyser, scope, list, on, sort);
}

function distinctAll(list: TargetList, sort: readonly SortItem[]): number[] {
  const hidden = sort.find(({ index }) => index >= list.shownCount);
  if (hidden) {
    const message = 'for SELECT DISTINCT, ORDER BY expressions must appear in select list';
    throw error(SqlState.invalidColumnReference, message, at(hidden.location));
  }
  return Array.from({ length: list.shownCount }, (_, index) => index);
}

function distinctOn(
  analyser: Analyser,
  scope: Scope,
  list: TargetList,
  nodes: Node[],
  sort: readonly SortItem[],
): number[] {
  const places = [...new Set(nodes.map((node) => findTarget(analyser, scope, list, node, 'DISTINCT ON')))];
  const leading = sort.slice(0, places.length);
  if (!leading.every(({ index }) => places.includes(index))) {
    throw error(
      SqlState.invalidColumnReference,
      'SELECT DISTINCT ON expressions must match initial ORDER BY expressions',
    );
  }
  return places;
}
