import type { FuncCall, Node, SQLValueFunction } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error, PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Caller } from '../functions/call.js';
import type { ResolvedAggregate, ResolvedFunction, Resolver } from '../functions/resolver.js';
import { absentHere } from '../absent.js';
import { at, bodyOf, kindOf, namesOf, unsupported } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import { resolveUnknown } from './coerce.js';
import type { AggregateCall, CaseOperand, Expression } from './expression.js';
import { booleanExpression, transformExpression } from './expressions.js';
import { library } from './library.js';
import { fitArgument, located } from './operators.js';
import { findRowFunction, type RowFunction } from '../views/row-functions.js';
import type { SystemEnvironment } from '../views/system-environment.js';
import type { Clause, Scope } from './scope.js';
import type { SourceColumn } from './source.js';
import { requireOrder } from './targets.js';
import { castTo } from './type-casts.js';
import { forEachPart } from './walk.js';

/** Function and aggregate calls (parser/parse_func.c). */
export function transformCall(analyser: Analyser, scope: Scope, body: FuncCall): Expression {
  const name = functionName(body);
  refuseAbsent(name, body);
  if (library.resolver.isAggregateName(name)) return transformAggregate(analyser, scope, body, name);
  if (body.agg_star || body.agg_distinct || body.agg_order || body.agg_filter || body.agg_within_group) {
    throw notAnAggregate(body, name);
  }
  const args = (body.args ?? []).map((arg) => transformArgument(analyser, scope, arg));
  return plainCall(name, args, body, scope);
}

function refuseAbsent(name: string, { over, agg_within_group: withinGroup, location }: FuncCall): void {
  if (over) throw unsupported('a window function', location);
  if (withinGroup) throw unsupported('WITHIN GROUP', location);
  const absent = library.resolver.functions.byName(name).length === 0 && absentHere('function', name, location);
  if (absent) throw absent;
}

/** Raises 0A000 for a form of the function that only PostgreSQL has. */
function resolveCall(name: string, given: readonly Oid[], body: FuncCall): ReturnType<Resolver['resolveFunction']> {
  if (name === 'substring' && given.length === 3 && given.slice(1).every(isTextual))
    throw unsupported('SUBSTRING with a SIMILAR pattern', body.location);
  const isVariadic = body.func_variadic === true;
  try {
    const found = located(body.location, () => library.resolver.resolveFunction(name, given, isVariadic));
    if (isVariadic && found.kind === 'function' && found.signature.variadic === TypeOid.any)
      throw unsupported(`VARIADIC with ${name}`, body.location);
    return found;
  } catch (thrown) {
    const isUndefined = thrown instanceof PgError && thrown.sqlState === SqlState.undefinedFunction;
    throw (isUndefined && absentHere('function', name, body.location)) || thrown;
  }
}

function isTextual(type: Oid): boolean {
  return type === TypeOid.unknown || type === TypeOid.text || type === TypeOid.varchar;
}

function notAnAggregate(body: FuncCall, name: string): Error {
  const what = body.agg_star
    ? `${name}(*)`
    : body.agg_distinct
      ? 'DISTINCT'
      : body.agg_order
        ? 'ORDER BY'
        : body.agg_filter
          ? 'FILTER'
          : 'WITHIN GROUP';
  const message = `${what} specified, but ${name} is not an aggregate function`;
  return error(SqlState.wrongObjectType, body.agg_star ? message : message, at(body.location));
}

function functionName(body: FuncCall): string {
  const names = namesOf(body.funcname);
  const name = names[names.length - 1];
  if (names.length > 1 && names[0] !== 'pg_catalog') {
    throw error(SqlState.undefinedFunction, `function ${names.join('.')}() does not exist`, at(body.location));
  }
  return name;
}

function transformArgument(analyser: Analyser, scope: Scope, node: Node): Expression {
  if (kindOf(node) === 'NamedArgExpr') throw unsupported('a named argument', bodyOf(node).location as number);
  return transformExpression(analyser, scope, node);
}

function plainCall(name: string, args: Expression[], body: FuncCall, scope?: Scope): Expression {
  const given = args.map(({ type }) => type);
  const found = resolveCall(name, given, body);
  if (found.kind === 'coercion') return castTo(args[0], { type: found.target, typmod: -1 }, body.location);
  if (found.kind === 'aggregate') throw unsupported(`aggregate ${name} here`, body.location);
  const fitted = args.map((arg, index) => fitArgument(arg, found.argTypes[index]));
  if (found.signature.returnsSet) return setCall(found, fitted, body, scope);
  return {
    kind: 'call',
    signature: found.signature,
    caller: found.call,
    args: fitted,
    type: found.returns,
    typmod: -1,
    location: body.location,
  };
}

/** In a target list a set-returning function makes one row of each of its values. */
function setCall(found: ResolvedFunction, args: Expression[], body: FuncCall, scope: Scope | undefined): Expression {
  if (!scope || scope.clause !== 'select') {
    const place = scope && (NO_AGGREGATES[scope.clause] ?? scope.clause.toUpperCase());
    throw error(
      SqlState.featureNotSupported,
      `set-returning functions are not allowed in ${place ?? 'this place'}`,
      at(body.location),
    );
  }
  const operand: CaseOperand = { kind: 'case-operand', type: found.returns, typmod: -1 };
  scope.setCalls.push({ operand, caller: found.call, args, location: body.location });
  return operand;
}

const NO_AGGREGATES: Partial<Record<Clause, string>> = {
  where: 'WHERE',
  join: 'JOIN conditions',
  'group by': 'GROUP BY',
  limit: 'LIMIT',
  offset: 'OFFSET',
  values: 'VALUES',
  returning: 'RETURNING',
  update: 'UPDATE',
  insert: 'INSERT',
  default: 'DEFAULT expressions',
  check: 'check constraints',
  filter: 'FILTER',
  function: 'functions in FROM',
  execute: 'EXECUTE parameters',
  copy: 'COPY FROM WHERE conditions',
};

function transformAggregate(analyser: Analyser, scope: Scope, body: FuncCall, name: string): AggregateCall {
  const place = NO_AGGREGATES[scope.clause];
  if (place) throw error(SqlState.groupingError, `aggregate functions are not allowed in ${place}`, at(body.location));
  if (!body.agg_star && !body.args) {
    if (name === 'count') {
      throw error(
        SqlState.wrongObjectType,
        'count(*) must be used to call a parameterless aggregate function',
        at(body.location),
      );
    }
  }
  const args = (body.args ?? []).map((arg) => transformArgument(analyser, scope, arg));
  refuseNesting(scope, args);
  const given = args.map(({ type }) => type);
  const found = located(body.location, () => library.resolver.resolveAggregate(name, given));
  const call = aggregateCall(analyser, scope, body, found, args);
  scope.aggregates.push(call);
  return call;
}

function aggregateCall(
  analyser: Analyser,
  scope: Scope,
  body: FuncCall,
  found: ResolvedAggregate,
  args: Expression[],
): AggregateCall {
  const fitted = args.map((arg, index) => fitArgument(arg, found.argTypes[index]));
  if (body.agg_distinct) for (const { type } of fitted) requireOrder(type);
  return {
    kind: 'aggregate',
    signature: found.signature,
    skipsNulls: found.skipsNulls,
    start: () => found.start(),
    args: fitted,
    distinct: body.agg_distinct === true,
    filter: body.agg_filter && booleanExpression(analyser, scope, body.agg_filter, 'filter', 'FILTER'),
    orderBy: aggregateOrder(analyser, scope, body.agg_order ?? [], body),
    star: body.agg_star === true,
    type: found.returns,
    typmod: -1,
    location: body.location,
  };
}

function aggregateOrder(
  analyser: Analyser,
  scope: Scope,
  nodes: readonly Node[],
  body: FuncCall,
): AggregateCall['orderBy'] {
  if (nodes.length > 0 && body.agg_distinct)
    throw unsupported('an aggregate with both DISTINCT and ORDER BY', body.location);
  return nodes.map((node) => {
    const {
      node: value,
      sortby_dir: direction,
      sortby_nulls: nulls,
    } = bodyOf(node) as { node: Node; sortby_dir?: string; sortby_nulls?: string };
    const expression = resolveUnknown(transformExpression(analyser, scope, value));
    requireOrder(expression.type);
    const descending = direction === 'SORTBY_DESC';
    return {
      expression,
      descending,
      nullsFirst: nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending),
    };
  });
}

/** Aggregates do not nest; one whose arguments are all of an outer query belongs to that query, which is not supported. */
function refuseNesting(scope: Scope, args: readonly Expression[]): void {
  let own = 0;
  let outer = 0;
  for (const arg of args) {
    forEachPart(arg, (part) => {
      if (part.kind === 'aggregate') {
        throw error(SqlState.groupingError, 'aggregate function calls cannot be nested', at(part.location));
      }
      if (part.kind !== 'column' && part.kind !== 'system-column') return;
      if (part.source.scope === scope) own++;
      else outer++;
    });
  }
  if (outer > 0 && own === 0) throw unsupported('an aggregate of an outer query');
}

/** CURRENT_TIMESTAMP, CURRENT_USER and their kin: functions, or casts of now(). */
export function transformSqlValue(
  _analyser: Analyser,
  _scope: Scope,
  { op, typmod, location }: SQLValueFunction,
): Expression {
  const call = (name: string): Expression => plainCall(name, [], { funcname: [], location });
  const now = (type: number): Expression => castTo(call('now'), { type, typmod: typmod ?? -1 }, location);
  switch (op) {
    case 'SVFOP_CURRENT_TIMESTAMP':
    case 'SVFOP_CURRENT_TIMESTAMP_N':
      return now(TypeOid.timestamptz);
    case 'SVFOP_LOCALTIMESTAMP':
    case 'SVFOP_LOCALTIMESTAMP_N':
      return now(TypeOid.timestamp);
    case 'SVFOP_LOCALTIME':
    case 'SVFOP_LOCALTIME_N':
      return now(TypeOid.time);
    case 'SVFOP_CURRENT_DATE':
      return now(TypeOid.date);
    case 'SVFOP_CURRENT_CATALOG':
      return call('current_database');
    case 'SVFOP_CURRENT_SCHEMA':
      return call('current_schema');
    case 'SVFOP_SESSION_USER':
      return call('session_user');
    case 'SVFOP_CURRENT_USER':
    case 'SVFOP_CURRENT_ROLE':
    case 'SVFOP_USER':
      return call('current_user');
    default:
      throw unsupported(op!.slice('SVFOP_'.length), location);
  }
}

export interface TableFunction {
  readonly caller: Caller;
  readonly args: readonly Expression[];
  readonly name: string;
  readonly columns: readonly SourceColumn[];
  readonly returnsSet: boolean;
}

function rowSource({ name, columns, row }: RowFunction): TableFunction {
  return { caller: (_args, env) => row(env as SystemEnvironment), args: [], name, columns, returnsSet: false };
}

/** A function in FROM: its rows are its set, or its one value. */
export function resolveTableFunction(analyser: Analyser, scope: Scope, node: Node): TableFunction {
  if (!('FuncCall' in node)) throw unsupported(`${kindOf(node)} in FROM`);
  const body = node.FuncCall;
  const name = functionName(body);
  const rowFunction = body.args ? undefined : findRowFunction(name);
  if (rowFunction) return rowSource(rowFunction);
  scope.clause = 'function';
  const args = (body.args ?? []).map((arg) => transformArgument(analyser, scope, arg));
  const given = args.map(({ type }) => type);
  const found = resolveCall(name, given, body);
  if (found.kind !== 'function') throw unsupported(`${name} in FROM`, body.location);
  const columns = found.signature.outputs?.map((output) => ({ ...output, typmod: -1 })) ?? [
    { name, type: found.returns, typmod: -1 },
  ];
  if (types.row(found.returns).kind === 'p' && !found.signature.outputs && found.returns !== TypeOid.void) {
    throw unsupported(`a result of type ${types.format(found.returns)} in FROM`, body.location);
  }
  return {
    caller: found.call,
    args: args.map((arg, index) => fitArgument(arg, found.argTypes[index])),
    name,
    columns,
    returnsSet: found.signature.returnsSet,
  };
}
