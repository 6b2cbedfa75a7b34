import type { ArrayComparison, Call, Expression } from '../analyse/expression.js';
import type { Source } from '../analyse/source.js';
import type { Relation } from '../catalog/relation.js';
import { TypeOid } from '../types/oids.js';
import type { SqlArray } from '../types/array/sql-array.js';
import { conjuncts, sourcesOf } from './conjuncts.js';

/**
 * Which part of a table's rows passes conditions, nothing being known of its values (utils/adt/selfuncs.c, utils/selfuncs.h).
 */
const DEFAULT_DISTINCT = 200;
const INEQUALITY = 0.3333333333333333;
const RANGE = 0.005;
const UNKNOWN_NULL = 0.005;
const PATTERN = 0.005;
const BOOLEAN = 0.5;
const DEFAULT_CONDITION = 0.3333333;
const UNKNOWN_ELEMENTS = 10;

/** The table whose rows conditions are on. */
export interface Counted {
  readonly source: Source;
  readonly relation: Relation;
  readonly tuples: number;
}

export function selectivityOf(conditions: readonly Expression[], table: Counted): number {
  let part = 1;
  const ranges = new Map<number, { lower: boolean; upper: boolean; product: number }>();
  for (const condition of conditions.flatMap(conjuncts)) {
    const own = selectivity(condition, table);
    const bound = boundOn(condition, table);
    if (bound === null) {
      part *= own;
      continue;
    }
    const range = ranges.get(bound.column) ?? { lower: false, upper: false, product: 1 };
    ranges.set(bound.column, range);
    if (bound.isLower) range.lower = true;
    else range.upper = true;
    range.product *= own;
  }
  for (const { lower, upper, product } of ranges.values()) part *= lower && upper ? RANGE : product;
  return part;
}

/** A bound of a column by something that is no column of the table: two of them make a range. */
function boundOn(condition: Expression, { source }: Counted): { column: number; isLower: boolean } | null {
  if (condition.kind !== 'call' || !condition.operator || !/^[<>]=?$/.test(condition.operator)) return null;
  const [left, right] = condition.args.map((arg) => columnOf(arg, source));
  if ((left === undefined) === (right === undefined)) return null;
  const isGreater = condition.operator.startsWith('>');
  return { column: (left ?? right)!, isLower: isGreater === (left !== undefined) };
}

function selectivity(condition: Expression, table: Counted): number {
  switch (condition.kind) {
    case 'constant':
      return condition.value === true ? 1 : 0;
    case 'column':
      return BOOLEAN;
    case 'and':
      return selectivityOf(condition.args, table);
    case 'or':
      return condition.args.reduce((sum, arg) => either(sum, selectivity(arg, table)), 0);
    case 'not':
      return 1 - selectivity(condition.arg, table);
    case 'null-test':
      return condition.isNull ? UNKNOWN_NULL : 1 - UNKNOWN_NULL;
    case 'boolean-test':
      return condition.negated ? 1 - BOOLEAN : BOOLEAN;
    case 'array-comparison':
      return arraySelectivity(condition, table);
    case 'call':
      return callSelectivity(condition, table);
    default:
      return BOOLEAN;
  }
}

const either = (a: number, b: number): number => a + b - a * b;

function callSelectivity({ operator, args }: Call, table: Counted): number {
  if (operator === '=') return equality(args, table);
  if (operator === '<>') return 1 - equality(args, table);
  if (operator && /^[<>]=?$/.test(operator)) return INEQUALITY;
  if (operator && /^!?~~?\*?$/.test(operator)) return operator.startsWith('!') ? 1 - PATTERN : PATTERN;
  return operator ? BOOLEAN : DEFAULT_CONDITION;
}

function equality(args: readonly Expression[], table: Counted): number {
  const columns = args.map((arg) => columnOf(arg, table.source)).filter((column) => column !== undefined);
  if (columns.length === 0) return 1 / DEFAULT_DISTINCT;
  return 1 / Math.max(...columns.map((column) => distinctValues(column, table)));
}

function arraySelectivity({ operator, all, left, array }: ArrayComparison, table: Counted): number {
  const count = elementCount(array);
  if (operator === '=' && !all) return Math.min(1, count * equality([left], table));
  const one = operator === '<>' ? 1 - equality([left], table) : operator === '=' ? equality([left], table) : INEQUALITY;
  return all ? one ** count : 1 - (1 - one) ** count;
}

function elementCount(array: Expression): number {
  if (array.kind === 'array') return array.elements.length;
  if (array.kind === 'constant' && array.value !== null) return (array.value as SqlArray).elements.length;
  return UNKNOWN_ELEMENTS;
}

/** How many different values a column has (get_variable_numdistinct). */
export function distinctValues(column: number, { relation, tuples }: Counted): number {
  const isUnique = relation.indexes.some(
    ({ isUnique: unique, keys, places }) => unique && keys.length === 1 && places[0] === column,
  );
  if (isUnique) return Math.max(1, tuples);
  if (relation.columns[column].type === TypeOid.bool) return 2;
  return Math.max(1, Math.min(tuples, DEFAULT_DISTINCT));
}

/** The column of the table that the expression is, under casts that change nothing. */
export function columnOf(expression: Expression, source: Source): number | undefined {
  if (expression.kind === 'column') return expression.source === source ? expression.index : undefined;
  return expression.kind === 'cast' && expression.cast.method === 'binary'
    ? columnOf(expression.arg, source)
    : undefined;
}

/** Operators and calls in conditions, each of which costs (costsize.c cost_qual_eval). */
export function operatorCount(conditions: readonly Expression[]): number {
  return conditions.reduce((sum, condition) => sum + countIn(condition), 0);
}

function countIn(condition: Expression): number {
  return condition.kind === 'and' || condition.kind === 'or' ? operatorCount(condition.args) : 1;
}

/** Can it be computed before any row of the source is read? Subqueries hide what they read. */
export function isIndependent(expression: Expression, source: Source): boolean {
  const sources = sourcesOf(expression, source.scope);
  return sources !== null && !sources.has(source);
}
