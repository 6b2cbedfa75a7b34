import { INT4_MAX, INT4_MIN, INT8_MAX, INT8_MIN } from '../../types/integers.js';
import { divisionByZero } from '../../types/numeric/arithmetic.js';
import { outOfRange } from '../../types/sql-type.js';
import type { Code } from '../signature.js';

/** Integer arithmetic: exact, with 22003 for what does not fit (utils/adt/int.c, int8.c). */
interface Ring<V> {
  /** The value, when it fits the type. */
  readonly fit: (value: V) => V;
  readonly zero: V;
}

type Operations<L, R, V> = Record<'pl' | 'mi' | 'mul' | 'div', (a: L, b: R) => V>;

export function fitInt2(value: number): number {
  if (value > 0x7fff || value < -0x8000) throw outOfRange('smallint out of range');
  return value | 0;
}

export function fitInt4(value: number): number {
  if (value > INT4_MAX || value < INT4_MIN) throw outOfRange('integer out of range');
  return value | 0;
}

export function fitInt8(value: bigint): bigint {
  if (value > INT8_MAX || value < INT8_MIN) throw outOfRange('bigint out of range');
  return value;
}

function small(fit: (value: number) => number): Operations<number, number, number> {
  return {
    pl: (a, b) => fit(a + b),
    mi: (a, b) => fit(a - b),
    mul: (a, b) => fit(a * b),
    div(a, b) {
      if (b === 0) throw divisionByZero();
      return fit(Math.trunc(a / b));
    },
  };
}

const big: Operations<number | bigint, number | bigint, bigint> = {
  pl: (a, b) => fitInt8(BigInt(a) + BigInt(b)),
  mi: (a, b) => fitInt8(BigInt(a) - BigInt(b)),
  mul: (a, b) => fitInt8(BigInt(a) * BigInt(b)),
  div(a, b) {
    const divisor = BigInt(b);
    if (divisor === 0n) throw divisionByZero();
    return fitInt8(BigInt(a) / divisor);
  },
};

function named<L, R, V>(prefix: string, operations: Operations<L, R, V>): Record<string, Code> {
  return Object.fromEntries(Object.entries(operations).map(([name, code]) => [prefix + name, code]));
}

/** What one type alone has: sign, remainder, bits, powers of the divisor. */
function smallType(prefix: string, bits: 16 | 32, fit: (value: number) => number): Record<string, Code> {
  const wrap = (value: number) => (bits === 16 ? (value << 16) >> 16 : value | 0);
  return {
    [`${prefix}um`]: (a: number) => fit(-a),
    [`${prefix}up`]: (a: number) => a,
    [`${prefix}abs`]: (a: number) => fit(Math.abs(a)),
    [`${prefix}mod`](a: number, b: number) {
      if (b === 0) throw divisionByZero();
      return (a % b) | 0;
    },
    [`${prefix}and`]: (a: number, b: number) => a & b,
    [`${prefix}or`]: (a: number, b: number) => a | b,
    [`${prefix}xor`]: (a: number, b: number) => a ^ b,
    [`${prefix}not`]: (a: number) => ~a,
    [`${prefix}shl`]: (a: number, b: number) => wrap(a << b),
    [`${prefix}shr`]: (a: number, b: number) => a >> b,
  };
}

const int8Code: Record<string, Code> = {
  int8um: (a: bigint) => fitInt8(-a),
  int8up: (a: bigint) => a,
  int8abs: (a: bigint) => fitInt8(a < 0n ? -a : a),
  int8mod(a: bigint, b: bigint) {
    if (b === 0n) throw divisionByZero();
    return a % b;
  },
  int8and: (a: bigint, b: bigint) => a & b,
  int8or: (a: bigint, b: bigint) => a | b,
  int8xor: (a: bigint, b: bigint) => a ^ b,
  int8not: (a: bigint) => ~a,
  int8shl: (a: bigint, b: number) => BigInt.asIntN(64, a << BigInt(b & 63)),
  int8shr: (a: bigint, b: number) => a >> BigInt(b & 63),
  int8inc: (a: bigint) => fitInt8(a + 1n),
  int8dec: (a: bigint) => fitInt8(a - 1n),
};

function greatestCommonDivisor<V extends number | bigint>({ zero }: Ring<V>, a: V, b: V): V {
  let [x, y] = [magnitude(a, zero), magnitude(b, zero)];
  while (y !== zero) [x, y] = [y, (x % y) as V];
  return x;
}

function magnitude<V extends number | bigint>(value: V, zero: V): V {
  return (value < zero ? -value : value) as V;
}

function divisors<V extends number | bigint>(prefix: string, ring: Ring<V>): Record<string, Code> {
  return {
    [`${prefix}gcd`]: (a: V, b: V) => ring.fit(greatestCommonDivisor(ring, a, b)),
    [`${prefix}lcm`](a: V, b: V) {
      if (a === ring.zero || b === ring.zero) return ring.zero;
      const quotient = (a / greatestCommonDivisor(ring, a, b)) as V;
      return ring.fit(magnitude((quotient * b) as V, ring.zero));
    },
  };
}

export const integerCode: Readonly<Record<string, Code>> = {
  ...named('int2', small(fitInt2)),
  ...named('int4', small(fitInt4)),
  ...named('int24', small(fitInt4)),
  ...named('int42', small(fitInt4)),
  ...named('int8', big),
  ...named('int28', big),
  ...named('int48', big),
  ...named('int82', big),
  ...named('int84', big),
  ...smallType('int2', 16, fitInt2),
  ...smallType('int4', 32, fitInt4),
  ...int8Code,
  ...divisors('int4', { fit: fitInt4, zero: 0 }),
  ...divisors('int8', { fit: fitInt8, zero: 0n }),
  to_hex32: (value: number) => (value >>> 0).toString(16),
  to_hex64: (value: bigint) => BigInt.asUintN(64, value).toString(16),
};
