import type { InsertStmt, Node, ResTarget, SelectStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Relation } from '../catalog/relation.js';
import { at, bodyOf, unsupported } from '../parse/nodes.js';
import type { Analyser } from './analyser.js';
import { assignTo, defaultOf, transformAssigned } from './assignment.js';
import type { Expression, Slot } from './expression.js';
import { columnIndex } from './modify.js';
import type { InsertStatement } from './query.js';
import { Scope } from './scope.js';
import { analyseSelect } from './select.js';
import { withLiterals } from './set-operations.js';

type InsertSource = Pick<InsertStatement, 'source' | 'values' | 'rows' | 'sourceScope'>;

/** What an INSERT writes: rows of expressions, or the rows of a query; every column of the table gets a value. */
export function transformInsertSource(
  analyser: Analyser,
  scope: Scope,
  relation: Relation,
  body: InsertStmt,
): InsertSource {
  const targets = targetColumns(relation, body.cols);
  const sourceScope = new Scope(undefined, scope);
  const missing = relation.columns.map((column, index) =>
    targets.includes(index) ? undefined : defaultOf(analyser, column),
  );
  if (!body.selectStmt)
    return {
      source: null,
      values: [],
      rows: [missing.map((value, i) => value ?? defaultOf(analyser, relation.columns[i]))],
      sourceScope,
    };
  const select = bodyOf(body.selectStmt) as SelectStmt;
  if (isValuesOnly(select)) {
    const rows = valuesRows(analyser, sourceScope, relation, targets, select, body).map((row) =>
      complete(relation, targets, row, missing),
    );
    return { source: null, values: [], rows, sourceScope };
  }
  const query = analyseSelect(analyser, select, sourceScope, { keepUnknown: true });
  refuseCounts(targets.length, query.columns.length, body, undefined);
  const source = withLiterals(
    query,
    targets.map((place) => relation.columns[place]),
  );
  const given = targets.map((place, index) => {
    if (index >= source.columns.length) return defaultOf(analyser, relation.columns[place]);
    const { type, typmod } = source.columns[index];
    const slot: Slot = { kind: 'slot', index, type, typmod };
    return assignTo(relation.columns[place], slot);
  });
  return { source, values: complete(relation, targets, given, missing), rows: null, sourceScope };
}

function isValuesOnly(select: SelectStmt): boolean {
  return (
    select.valuesLists !== undefined &&
    !select.sortClause &&
    !select.limitCount &&
    !select.limitOffset &&
    !select.withClause
  );
}

function targetColumns(relation: Relation, nodes: readonly Node[] | undefined): number[] {
  if (!nodes) return relation.columns.map((_, index) => index);
  const seen = new Set<number>();
  return nodes.map((node) => {
    const { name, indirection, location } = bodyOf(node) as ResTarget;
    if (indirection) throw unsupported('an assignment to part of a column', location);
    const index = columnIndex(relation, name!, location);
    if (seen.has(index))
      throw error(SqlState.duplicateColumn, `column "${name}" specified more than once`, at(location));
    seen.add(index);
    return index;
  });
}

function valuesRows(
  analyser: Analyser,
  scope: Scope,
  relation: Relation,
  targets: number[],
  select: SelectStmt,
  body: InsertStmt,
): Expression[][] {
  const lists = select.valuesLists!.map((list) => (bodyOf(list) as { items?: Node[] }).items ?? []);
  if (lists.some((items) => items.length !== lists[0].length)) {
    throw error(SqlState.syntaxError, 'VALUES lists must all be the same length');
  }
  scope.clause = 'values';
  return lists.map((items) => {
    refuseCounts(targets.length, items.length, body, items);
    return targets.map((place, index) => {
      const column = relation.columns[place];
      if (index >= items.length) return defaultOf(analyser, column);
      return assignTo(column, transformAssigned(analyser, scope, column, items[index]));
    });
  });
}

/** Without a column list, the last columns may be left to their defaults. */
function refuseCounts(targets: number, given: number, body: InsertStmt, items: Node[] | undefined): void {
  if (given > targets) {
    const location = items && (bodyOf(items[targets]).location as number | undefined);
    throw error(SqlState.syntaxError, 'INSERT has more expressions than target columns', at(location));
  }
  if (body.cols && given < targets) {
    const location = bodyOf(body.cols[given]).location as number | undefined;
    throw error(SqlState.syntaxError, 'INSERT has more target columns than expressions', at(location));
  }
}

function complete(
  relation: Relation,
  targets: number[],
  given: Expression[],
  missing: (Expression | undefined)[],
): Expression[] {
  const values = [...missing];
  given.forEach((value, index) => (values[targets[index]] = value));
  return values.map(
    (value, index) => value ?? { kind: 'constant', value: null, type: relation.columns[index].type, typmod: -1 },
  );
}
