import type { SelectStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { Analyser } from './analyser.js';
import { coerce, commonType } from './coerce.js';
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
    throw error(SqlState.syntaxError, `each ${name} query must have the same number of columns`);
  }
  const columns = left.columns.map((column, index) => commonColumn(left, right, index, name, column));
  if (!(operation === 'union' && node.all)) for (const { type } of columns) requireOrder(type);
  const list = new TargetList(columns.map(({ name: column, type, typmod }, index) => ({ name: column, expression: { kind: 'slot', index, type, typmod } })));
  const sort = transformOrderBy(analyser, new Scope(undefined), list, node.sortClause ?? []);
  if (list.expressions().length > columns.length) {
    throw error(SqlState.featureNotSupported, 'invalid UNION/INTERSECT/EXCEPT ORDER BY clause', {
      detail: 'Only result column names can be used, not expressions or functions.',
      hint: 'Add the expression/function to every SELECT, or move the UNION into a FROM clause.',
    });
  }
  return {
    kind: 'set-operation',
    operation,
    all: node.all === true,
    left,
    right,
    leftConversions: conversions(left, columns),
    rightConversions: conversions(right, columns),
    columns,
    orderBy: sortOfTargets(list, sort),
    limits: transformLimits(analyser, node),
    commonTables: [],
  };
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

/** What turns a branch's row into the common types; literals of open type are read through their text. */
function conversions(query: Query, columns: readonly OutputColumn[]): Expression[] | null {
  if (query.columns.every(({ type }, index) => type === columns[index].type)) return null;
  return query.columns.map(({ type, typmod }, index) => {
    const slot: Slot = { kind: 'slot', index, type: type === TypeOid.unknown ? TypeOid.text : type, typmod };
    return coerce(slot, columns[index].type, -1, 'explicit');
  });
}
