import { formatFloat4, formatFloat8, hasNonZeroDigit, parseDouble, roundToSingle } from './float-text.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType, hashText, invalidInput, mix, outOfRange, requireBytes } from './sql-type.js';
import { fixedStorage } from './storages.js';

/** NaN is equal to itself and above all other values; -0 equals 0 (utils/float.h). */
export function compareFloat(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function hashFloat(value: number): number {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? mix(value) : hashText(String(value));
}

function parseFloat8(text: string): number {
  const parsed = parseDouble(text);
  if (!parsed) throw invalidInput('double precision', text);
  const { value, digits } = parsed;
  if (isOutOfRange(value, digits)) throw outOfRange(`"${digits}" is out of range for type double precision`);
  return value;
}

function parseFloat4(text: string): number {
  const parsed = parseDouble(text);
  if (!parsed) throw invalidInput('real', text);
  const value = roundToSingle(parsed.value, parsed.digits);
  if (isOutOfRange(value, parsed.digits)) throw outOfRange(`"${parsed.digits}" is out of range for type real`);
  return value;
}

function isOutOfRange(value: number, digits: string): boolean {
  if (value === 0) return hasNonZeroDigit(digits);
  return !Number.isFinite(value) && !/inf|nan/i.test(digits);
}

export const float8: SqlType<number> = defineType(TypeOid.float8, {
  storage: fixedStorage<number>(
    TypeOid.float8,
    (value, target, at) => target.writeDoubleLE(value, at),
    (source, at) => source.readDoubleLE(at),
  ),
  input: parseFloat8,
  output: formatFloat8,
  compare: compareFloat,
  hash: hashFloat,
  send(value) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return bytes;
  },
  receive(bytes) {
    requireBytes(bytes, 8);
    return bytes.readDoubleBE();
  },
});

/** Values are JS numbers that a 32-bit float represents exactly. */
export const float4: SqlType<number> = defineType(TypeOid.float4, {
  storage: fixedStorage<number>(
    TypeOid.float4,
    (value, target, at) => target.writeFloatLE(value, at),
    (source, at) => source.readFloatLE(at),
  ),
  input: parseFloat4,
  output: formatFloat4,
  compare: compareFloat,
  hash: hashFloat,
  send(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(value);
    return bytes;
  },
  receive(bytes) {
    requireBytes(bytes, 4);
    return bytes.readFloatBE();
  },
});
