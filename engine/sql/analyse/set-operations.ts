import type { SelectStmt } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { Analyser } from './analyser.js';
import { coerce, commonType, locationOf } from './coerce.js';
import type { Expression, Slot } from './expression.js';
import { transformLimits } from './limits.js';
import type { OutputColumn, Query, SetQuery } from './query.js';
import { Scope } from './scope.js';
import { analyseSelect } from './select.js';
import { requireOrder, sortOfTargets, TargetList, transformOrderBy } from './targets.js';

const OPERATIONS: Record<string, SetQuery['operation']> = {
  SETOP_UNION: 'union',
  SETOP_INTERSECT: 'intersect',
  SETOP_EXCEPT: 'except',
};

/** UNION, INTERSECT, EXCEPT (parser/analyze.c transformSetOperationStmt). ORDER BY may name output columns only. */
export function analyseSetOperation(analyser: Analyser, node: SelectStmt, scope: Scope): SetQuery {
  const operation = OPERATIONS[node.op!];
  if (node.lockingClause) {
    throw error(SqlState.featureNotSupported, 'FOR UPDATE is not allowed with UNION/INTERSECT/EXCEPT');
  }
  const left = branch(analyser, node.larg!, scope);
  const right = branch(analyser, node.rarg!, scope);
  const name = operation.toUpperCase();
  if (left.columns.length !== right.columns.length) {
    throw error(
      SqlState.syntaxError,
      `each ${name} query must have the same number of columns`,
      at(firstLocation(node.rarg!)),
    );
  }
  const columns = left.columns.map((column, index) => commonColumn(left, right, index, name, column));
  if (!(operation === 'union' && node.all)) for (const { type } of columns) requireOrder(type);
  const list = new TargetList(
    columns.map(({ name: column, type, typmod }, index) => ({
      name: column,
      expression: { kind: 'slot', index, type, typmod },
    })),
  );
  const sort = transformOrderBy(analyser, outputScope(list, columns), list, node.sortClause ?? []);
  if (list.expressions().length > columns.length) {
    throw error(SqlState.featureNotSupported, 'invalid UNION/INTERSECT/EXCEPT ORDER BY clause', {
      ...at(locationOf(list.at(columns.length))),
      detail: 'Only result column names can be used, not expressions or functions.',
      hint: 'Add the expression/function to every SELECT, or move the UNION into a FROM clause.',
    });
  }
  return {
    kind: 'set-operation',
    operation,
    all: node.all === true,
    ...converted('left', left, columns),
    ...converted('right', right, columns),
    columns,
    orderBy: sortOfTargets(list, sort),
    limits: transformLimits(analyser, scope, node),
    commonTables: [],
  };
}

/** Where the expressions of ORDER BY see the output columns, though only plain names of them are allowed. */
function outputScope(list: TargetList, columns: readonly OutputColumn[]): Scope {
  const scope = new Scope(undefined);
  const named = columns.map(({ name }, index) => ({ name, expression: list.at(index) }));
  scope.namespace = [{ alias: undefined, schemaName: undefined, columns: named, source: undefined, unqualified: true }];
  return scope;
}

function firstLocation(node: SelectStmt): number | undefined {
  const [first] = node.targetList ?? [];
  return first && (bodyOf(first).location as number | undefined);
}

function branch(analyser: Analyser, node: SelectStmt, scope: Scope): Query {
  if (node.lockingClause) throw unsupported('FOR UPDATE inside UNION/INTERSECT/EXCEPT');
  return analyseSelect(analyser, node, new Scope(scope.parent, scope), { keepUnknown: true });
}

function commonColumn(left: Query, right: Query, index: number, name: string, column: OutputColumn): OutputColumn {
  const sides = [left, right].map((query) => outputValue(query, index));
  const type = commonType(sides, name);
  const sameModifier = sides.every((side) => side.type === type && side.typmod === sides[0].typmod);
  return { name: column.name, type, typmod: sameModifier ? column.typmod : -1, table: 0, attribute: 0 };
}

function outputValue(query: Query, index: number): Expression {
  const { type, typmod } = query.columns[index];
  return { kind: 'slot', index, type, typmod };
}

type Sides = Pick<SetQuery, 'left' | 'right' | 'leftConversions' | 'rightConversions'>;

/** A branch, and what brings its rows to the common types. */
function converted<S extends 'left' | 'right'>(
  side: S,
  branchQuery: Query,
  columns: readonly OutputColumn[],
): Pick<Sides, S | `${S}Conversions`> {
  const query = withLiterals(branchQuery, columns);
  return { [side]: query, [`${side}Conversions`]: conversions(query, columns) } as Pick<Sides, S | `${S}Conversions`>;
}

/** Literals of open type in a branch are read as the common type. */
export function withLiterals(query: Query, columns: readonly { readonly type: Oid }[]): Query {
  if (query.kind !== 'select' || !query.columns.some(({ type }) => type === TypeOid.unknown)) return query;
  const isOpen = (index: number): boolean => index < columns.length && query.targets[index].type === TypeOid.unknown;
  const targets = query.targets.map((target, index) =>
    isOpen(index) ? coerce(target, columns[index].type, -1, 'implicit') : target,
  );
  return {
    ...query,
    targets,
    columns: query.columns.map((column, index) => ({ ...column, type: targets[index].type })),
  };
}

/** What turns a branch's row into the common types. */
function conversions(query: Query, columns: readonly OutputColumn[]): Expression[] | null {
  if (query.columns.every(({ type }, index) => type === columns[index].type)) return null;
  return query.columns.map(({ type, typmod }, index) => {
    const slot: Slot = { kind: 'slot', index, type: type === TypeOid.unknown ? TypeOid.text : type, typmod };
    return coerce(slot, columns[index].type, -1, 'explicit');
  });
}
