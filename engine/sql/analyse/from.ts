import type { Alias, JoinExpr, Node, RangeFunction, RangeSubselect, RangeVar } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, kindOf, namesOf, unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import { coerce, commonType } from './coerce.js';
import type { LockStrength } from './context.js';
import { booleanExpression } from './expressions.js';
import type { Analyser } from './analyser.js';
import type { Expression } from './expression.js';
import { equalityOf } from './operators.js';
import type { FromItem, JoinKind } from './query.js';
import type { NamedExpression, NamespaceItem, Scope } from './scope.js';
import { analyseSubquery } from './select.js';
import type { Source, SourceColumn } from './source.js';
import { resolveTableFunction } from './functions.js';

/** A FROM item and what names it brings (parser/parse_clause.c). */
interface Placed {
  readonly item: FromItem;
  readonly namespace: NamespaceItem[];
}

/** Analyses a whole FROM list into one join tree and fills the scope's namespace. null for no FROM. */
export function analyseFrom(
  analyser: Analyser,
  scope: Scope,
  nodes: readonly Node[],
  lock: LockStrength = 'AccessShare',
): FromItem | null {
  let tree: FromItem | null = null;
  for (const node of nodes) {
    const { item, namespace } = placeItem(analyser, scope, node, lock);
    refuseDuplicates(scope.namespace, namespace);
    scope.namespace = [...scope.namespace, ...namespace];
    tree = tree === null ? item : { kind: 'join', join: 'inner', left: tree, right: item, on: null };
  }
  return tree;
}

/** The table of an INSERT, UPDATE or DELETE as a source. */
export function placeTable(analyser: Analyser, scope: Scope, name: RangeVar, lock: LockStrength): Source {
  const relation = analyser.context.openRelation(name, lock);
  if (relation.kind === 'index')
    throw error(SqlState.wrongObjectType, `"${relation.name}" is an index`, at(name.location));
  const columns = relation.columns.map(({ name: column, type, typmod }) => ({ name: column, type, typmod }));
  const body = { kind: 'table', relation } as const;
  return scope.addSource(
    name.alias?.aliasname ?? relation.name,
    renamed(columns, name.alias, relation.name),
    body,
    name.location,
  );
}

function placeItem(analyser: Analyser, scope: Scope, node: Node, lock: LockStrength): Placed {
  const kind = kindOf(node);
  if (kind === 'RangeVar') return placeRangeVar(analyser, scope, bodyOf(node) as RangeVar, lock);
  if (kind === 'JoinExpr') return placeJoin(analyser, scope, bodyOf(node) as JoinExpr, lock);
  if (kind === 'RangeSubselect') return placeSubquery(analyser, scope, bodyOf(node) as RangeSubselect);
  if (kind === 'RangeFunction') return placeFunction(analyser, scope, bodyOf(node) as RangeFunction);
  if (kind === 'RangeTableSample') throw unsupported('TABLESAMPLE');
  throw unsupported(`${kind} in FROM`);
}

function placed(scope: Scope, source: Source, schemaName?: string): Placed {
  return { item: { kind: 'source', source }, namespace: [scope.itemFor(source, schemaName)] };
}

function placeRangeVar(analyser: Analyser, scope: Scope, name: RangeVar, lock: LockStrength): Placed {
  const table = name.schemaname ? undefined : scope.findCommonTable(name.relname!);
  if (!table) {
    const source = placeTable(analyser, scope, name, lock);
    const schemaName = source.body.kind === 'table' && !name.alias ? source.body.relation.schemaName : undefined;
    return placed(scope, source, schemaName);
  }
  const columns = renamed(table.columns, name.alias, table.name);
  return placed(
    scope,
    scope.addSource(name.alias?.aliasname ?? table.name, columns, { kind: 'common-table', table }, name.location),
  );
}

function placeSubquery(analyser: Analyser, scope: Scope, node: RangeSubselect): Placed {
  const query = analyseSubquery(analyser, node.lateral ? scope : scope.parent, node.subquery!, scope);
  const alias = node.alias?.aliasname ?? 'unnamed_subquery';
  if (!node.alias) throw subqueryNeedsAlias(node.subquery!);
  return placed(scope, scope.addSource(alias, renamed(query.columns, node.alias, alias), { kind: 'subquery', query }));
}

function subqueryNeedsAlias(subquery: Node): Error {
  const isValues = 'SelectStmt' in subquery && subquery.SelectStmt.valuesLists !== undefined;
  const what = isValues ? 'VALUES in FROM' : 'subquery in FROM';
  return error(SqlState.syntaxError, `${what} must have an alias`, {
    hint: isValues ? 'For example, FROM (VALUES ...) [AS] foo.' : 'For example, FROM (SELECT ...) [AS] foo.',
  });
}

function placeFunction(analyser: Analyser, scope: Scope, node: RangeFunction): Placed {
  if (node.is_rowsfrom || (node.functions ?? []).length !== 1) throw unsupported('ROWS FROM');
  if (node.coldeflist) throw unsupported('a column definition list');
  const [list] = node.functions!;
  const call = (bodyOf(list) as { items: Node[] }).items[0];
  const { caller, args, name, columns, returnsSet } = resolveTableFunction(analyser, scope, call);
  const alias = node.alias?.aliasname ?? name;
  const single = columns.length === 1 && node.alias ? [{ ...columns[0], name: alias }] : columns;
  const all = node.ordinality ? [...single, { name: 'ordinality', type: TypeOid.int8, typmod: -1 }] : single;
  const body = { kind: 'function', caller, args, returnsSet, name, ordinality: node.ordinality === true } as const;
  return placed(scope, scope.addSource(alias, renamed(all, node.alias, alias), body));
}

function renamed(columns: readonly SourceColumn[], alias: Alias | undefined, table: string): SourceColumn[] {
  const names = namesOf(alias?.colnames);
  if (names.length > columns.length) {
    throw error(
      SqlState.invalidColumnReference,
      `table "${alias?.aliasname ?? table}" has ${columns.length} columns available but ${names.length} columns specified`,
    );
  }
  return columns.map(({ name, type, typmod }, index) => ({ name: names[index] ?? name, type, typmod }));
}

const JOIN_KINDS: Record<string, JoinKind> = {
  JOIN_INNER: 'inner',
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
};

function placeJoin(analyser: Analyser, scope: Scope, node: JoinExpr, lock: LockStrength): Placed {
  const join = JOIN_KINDS[node.jointype!];
  const left = placeItem(analyser, scope, node.larg!, lock);
  const right = placeRightSide(analyser, scope, node, left.namespace, lock);
  refuseDuplicates(left.namespace, right.namespace);
  const both = [...left.namespace, ...right.namespace];
  const names = node.isNatural ? commonNames(left.namespace, right.namespace) : namesOf(node.usingClause);
  const merged = names.map((name) => mergeColumn(join, name, left.namespace, right.namespace));
  const on = joinCondition(analyser, scope, node, both, merged);
  const item: FromItem = { kind: 'join', join, left: left.item, right: right.item, on };
  if (names.length === 0 && !node.alias) return { item, namespace: both };
  if (node.join_using_alias) throw unsupported('an alias of JOIN USING');
  return { item, namespace: joinNamespace(node.alias, both, merged) };
}

/** The right side of a join may refer to the left one: LATERAL, and functions without it. */
function placeRightSide(
  analyser: Analyser,
  scope: Scope,
  { jointype, rarg }: JoinExpr,
  left: readonly NamespaceItem[],
  lock: LockStrength,
): Placed {
  const before = scope.namespace;
  const isPermitted = jointype === 'JOIN_INNER' || jointype === 'JOIN_LEFT';
  const reachable = isPermitted ? left : left.map((item): NamespaceItem => ({ ...item, barred: 'outer join' }));
  scope.namespace = [...before, ...reachable];
  const right = placeItem(analyser, scope, rarg!, lock);
  scope.namespace = before;
  return right;
}

interface Merged {
  readonly name: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly equality: Expression;
  readonly value: Expression;
}

function joinCondition(
  analyser: Analyser,
  scope: Scope,
  node: JoinExpr,
  visible: NamespaceItem[],
  merged: Merged[],
): Expression | null {
  if (node.quals) {
    const before = scope.namespace;
    scope.namespace = visible;
    const condition = booleanExpression(analyser, scope, node.quals, 'join', 'JOIN/ON');
    scope.namespace = before;
    return condition;
  }
  if (merged.length === 0) return null;
  const args = merged.map(({ equality }) => equality);
  return args.length === 1 ? args[0] : { kind: 'and', args, type: TypeOid.bool, typmod: -1 };
}

function commonNames(left: NamespaceItem[], right: NamespaceItem[]): string[] {
  const rightNames = new Set(visibleColumns(right).map(({ name }) => name));
  return [...new Set(visibleColumns(left).map(({ name }) => name))].filter((name) => rightNames.has(name));
}

function visibleColumns(items: readonly NamespaceItem[]): NamedExpression[] {
  return items.filter((item) => item.unqualified).flatMap((item) => item.columns);
}

function sideColumn(items: NamespaceItem[], name: string, side: 'left' | 'right'): Expression {
  const found = visibleColumns(items).filter((column) => column.name === name);
  if (found.length === 1) return found[0].expression;
  if (found.length > 1) {
    throw error(SqlState.ambiguousColumn, `common column name "${name}" appears more than once in ${side} table`);
  }
  throw error(SqlState.undefinedColumn, `column "${name}" specified in USING clause does not exist in ${side} table`);
}

/** One column of USING: the equality of both sides' columns, and the value that stands for both. */
function mergeColumn(join: JoinKind, name: string, leftItems: NamespaceItem[], rightItems: NamespaceItem[]): Merged {
  const left = sideColumn(leftItems, name, 'left');
  const right = sideColumn(rightItems, name, 'right');
  markBoth(left, right);
  const type = commonType([left, right], 'JOIN/USING');
  const [first, second] = [left, right].map((side) => coerce(side, type, -1, 'implicit'));
  const coalesced: Expression = { kind: 'coalesce', args: [first, second], type, typmod: -1 };
  const value = join === 'full' ? coalesced : join === 'right' ? second : first;
  return { name, left, right, equality: equalityOf(left, right), value };
}

function markBoth(...sides: Expression[]): void {
  for (const side of sides) if (side.kind === 'column') side.source.used[side.index] = true;
}

/** Merged columns first, then the rest of each side; the sides stay visible by qualified names unless aliased away. */
function joinNamespace(alias: Alias | undefined, both: NamespaceItem[], merged: Merged[]): NamespaceItem[] {
  const names = new Set(merged.map(({ name }) => name));
  const rest = visibleColumns(both).filter(({ name }) => !names.has(name));
  const columns = [...merged.map(({ name, value }) => ({ name, expression: value })), ...rest];
  const own = { schemaName: undefined, source: undefined, unqualified: true };
  if (alias) {
    const aliases = namesOf(alias.colnames);
    const named = columns.map((column, index) => ({ ...column, name: aliases[index] ?? column.name }));
    return [{ ...own, alias: alias.aliasname!, columns: named }];
  }
  return [{ ...own, alias: undefined, columns }, ...both.map((item) => ({ ...item, unqualified: false }))];
}

function refuseDuplicates(before: readonly NamespaceItem[], added: readonly NamespaceItem[]): void {
  for (const item of added) {
    const clash = before.find(
      (other) => other.alias !== undefined && other.alias === item.alias && sameSchema(other, item),
    );
    if (clash) throw error(SqlState.duplicateAlias, `table name "${item.alias}" specified more than once`);
  }
}

/** Two tables of one name in different schemas may stand side by side when neither has an alias. */
function sameSchema(a: NamespaceItem, b: NamespaceItem): boolean {
  return !a.schemaName || !b.schemaName || a.schemaName === b.schemaName;
}
