import type { Call, Expression } from '../analyse/expression.js';
import { TypeOid } from '../types/oids.js';
import type { Evaluate } from './compile.js';

/** Types whose values JS itself orders as PostgreSQL does. */
const JS_ORDERED = new Set<number>([
  TypeOid.int2,
  TypeOid.int4,
  TypeOid.int8,
  TypeOid.oid,
  TypeOid.date,
  TypeOid.timestamp,
  TypeOid.timestamptz,
]);
/** Types whose values are equal just when JS finds them identical. */
const JS_EQUAL = new Set<number>([
  ...JS_ORDERED,
  TypeOid.text,
  TypeOid.varchar,
  TypeOid.name,
  TypeOid.bool,
  TypeOid.char,
  TypeOid.uuid,
]);

export function compileCall(expression: Call, part: (e: Expression) => Evaluate): Evaluate {
  const args = expression.args.map(part);
  return comparison(expression, args) ?? generalCall(expression, args);
}

function generalCall({ caller }: Call, args: Evaluate[]): Evaluate {
  if (args.length === 1) {
    const [a] = args;
    return (row, frame) => caller([a(row, frame)], frame.execution.call);
  }
  if (args.length === 2) {
    const [a, b] = args;
    return (row, frame) => caller([a(row, frame), b(row, frame)], frame.execution.call);
  }
  return (row, frame) =>
    caller(
      args.map((arg) => arg(row, frame)),
      frame.execution.call,
    );
}

/** Comparisons of plain values skip the call: they are most of what filters do. */
function comparison({ operator, signature, args: [left, right] }: Call, args: Evaluate[]): Evaluate | undefined {
  if (!operator || args.length !== 2 || left.type !== right.type || signature.returns !== TypeOid.bool)
    return undefined;
  const [a, b] = args;
  if (JS_EQUAL.has(left.type) && operator === '=') {
    return (row, frame) => {
      const x = a(row, frame);
      const y = b(row, frame);
      return x === null || y === null ? null : x === y;
    };
  }
  return JS_ORDERED.has(left.type) ? ordering(operator, a, b) : undefined;
}

type Scalar = number | bigint | null;

function ordering(operator: string, a: Evaluate, b: Evaluate): Evaluate | undefined {
  const test = ORDERINGS[operator];
  if (!test) return undefined;
  return (row, frame) => {
    const x = a(row, frame) as Scalar;
    const y = b(row, frame) as Scalar;
    return x === null || y === null ? null : test(x, y);
  };
}

const ORDERINGS: Record<string, (x: number | bigint, y: number | bigint) => boolean> = {
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
  '<>': (x, y) => x !== y,
};
