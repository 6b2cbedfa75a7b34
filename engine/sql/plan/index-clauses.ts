import type { ArrayComparison, Call, Expression, NullTest } from '../analyse/expression.js';
import type { Source } from '../analyse/source.js';
import { isInFamily, operatorClass } from '../catalog/operator-classes.js';
import type { TableIndex } from '../catalog/table-index.js';
import { TypeOid } from '../types/oids.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import { isVolatile } from './conjuncts.js';
import { columnOf, isIndependent } from './selectivity.js';

export type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** A condition that an index can answer: on one of its key columns. */
export interface IndexClause {
  /** Place of the key column in the index. */
  readonly position: number;
  readonly operator: Comparison | 'any' | 'null' | 'not-null';
  /** What the column is compared with; an array for `any`. */
  readonly operand: Expression | null;
  /** As it was written, among the conditions given. */
  readonly condition: Expression;
  /** With the column on the left, for EXPLAIN. */
  readonly shown: Expression;
}

const COMMUTED: Readonly<Record<Comparison, Comparison>> = { '<': '>', '<=': '>=', '=': '=', '>=': '<=', '>': '<' };

/** Types of one family whose values may be compared with each other as they are. */
const CONVERTIBLE = new Set<number>([
  TypeOid.int2,
  TypeOid.int4,
  TypeOid.int8,
  TypeOid.float4,
  TypeOid.float8,
  TypeOid.text,
  TypeOid.name,
]);

/** Those of the conditions on `source` that the index can answer (optimizer/path/indxpath.c match_clause_to_index). */
export function indexClauses(conditions: readonly Expression[], source: Source, index: TableIndex): IndexClause[] {
  return conditions.flatMap((condition) => {
    for (let position = 0; position < index.keys.length; position++) {
      const clause = matchClause(condition, source, index, position);
      if (clause) return [clause];
    }
    return [];
  });
}

function matchClause(
  condition: Expression,
  source: Source,
  index: TableIndex,
  position: number,
): IndexClause | undefined {
  const isKey = (expression: Expression): boolean => columnOf(expression, source) === index.places[position];
  const { family } = operatorClass(index.keys[position].operatorClass);
  switch (condition.kind) {
    case 'call':
      return matchCall(condition, source, isKey, family, position);
    case 'array-comparison':
      return matchArray(condition, source, isKey, family, position);
    case 'null-test':
      return isKey(condition.arg) ? nullClause(condition, position) : undefined;
    default:
      return undefined;
  }
}

function nullClause(condition: NullTest, position: number): IndexClause {
  return { position, operator: condition.isNull ? 'null' : 'not-null', operand: null, condition, shown: condition };
}

function matchCall(
  condition: Call,
  source: Source,
  isKey: (expression: Expression) => boolean,
  family: number,
  position: number,
): IndexClause | undefined {
  const operator = condition.operator as Comparison | undefined;
  if (operator === undefined || !(operator in COMMUTED) || !isOfFamily(condition, family)) return undefined;
  const [left, right] = condition.args;
  if (isKey(left) && isOperand(right, source))
    return { position, operator, operand: right, condition, shown: condition };
  if (!isKey(right) || !isOperand(left, source)) return undefined;
  const commuted = COMMUTED[operator];
  const shown: Expression = { ...condition, operator: commuted, args: [right, left] };
  return { position, operator: commuted, operand: left, condition, shown };
}

/** Is the operator one of the family's, and can we compare its operands as they are? */
function isOfFamily({ signature, args }: Call, family: number): boolean {
  const [left, right] = signature.args;
  if (args.length !== 2 || !isInFamily(family, left) || !isInFamily(family, right)) return false;
  return left === right || (CONVERTIBLE.has(left) && CONVERTIBLE.has(right));
}

function matchArray(
  condition: ArrayComparison,
  source: Source,
  isKey: (expression: Expression) => boolean,
  family: number,
  position: number,
): IndexClause | undefined {
  const { operator, all, left, array } = condition;
  if (operator !== '=' || all || !isKey(left) || !isOperand(array, source)) return undefined;
  const element = types.elementOf(array.type);
  if (!isInFamily(family, left.type) || !isInFamily(family, element)) return undefined;
  if (left.type !== element && !(CONVERTIBLE.has(left.type) && CONVERTIBLE.has(element))) return undefined;
  const values = constantArray(array);
  return { position, operator: 'any', operand: values, condition, shown: { ...condition, array: values } };
}

/** A list of constants is one constant. */
function constantArray(array: Expression): Expression {
  if (array.kind !== 'array') return array;
  const values = array.elements.map((element) => (element.kind === 'constant' ? element.value : undefined));
  if (values.includes(undefined)) return array;
  return { kind: 'constant', type: array.type, typmod: array.typmod, value: SqlArray.of(values) };
}

function isOperand(expression: Expression, source: Source): boolean {
  return isIndependent(expression, source) && !isVolatile(expression);
}
