import type { Oid } from '../../../base/block.js';
import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { byteOfChar, charOfByte } from '../../types/char.js';
import { truncateName } from '../../types/name.js';
import { Numeric } from '../../types/numeric/numeric.js';
import { coerceNumeric, parseNumeric } from '../../types/numeric/text.js';
import { outOfRange } from '../../types/sql-type.js';
import { bpchar, trimBlanks, varchar } from '../../types/text.js';
import type { CallEnvironment } from '../environment.js';
import type { Code } from '../signature.js';
import { roundedInteger } from './floats.js';
import { fitInt2, fitInt4, fitInt8 } from './integers.js';

const same = (value: unknown): unknown => value;

const toInt2 = (value: number) => roundedInteger(value, 'smallint', -0x8000, 0x8000);
const toInt4 = (value: number) => roundedInteger(value, 'integer', -0x8000_0000, 0x8000_0000);
const toInt8 = (value: number) => BigInt(roundedInteger(value, 'bigint', -(2 ** 63), 2 ** 63));

/** Narrowing to float4 must neither overflow nor lose everything. */
function toFloat4(value: number): number {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded) && Number.isFinite(value)) throw outOfRange('value out of range: overflow');
  if (rounded === 0 && value !== 0) throw outOfRange('value out of range: underflow');
  return rounded;
}

/** Floats become numeric through their first 15 (float4: 6) significant digits. */
function floatToNumeric(value: number, significantDigits: number): Numeric {
  if (Number.isNaN(value)) return Numeric.nan;
  return Number.isFinite(value)
    ? parseNumeric(value.toPrecision(significantDigits)).trimScale()
    : Numeric.infinite(value < 0);
}

function numericToFloat(value: Numeric, typeName: string, round: (value: number) => number): number {
  const result = round(value.toNumber());
  if (value.isFinite && (!Number.isFinite(result) || (result === 0 && value.sign !== 0))) {
    throw outOfRange(`"${value}" is out of range for type ${typeName}`);
  }
  return result;
}

function numericToInteger(value: Numeric, typeName: string): bigint {
  if (value.isNaN) throw error(SqlState.featureNotSupported, `cannot convert NaN to ${typeName}`);
  if (value.isInfinite) throw error(SqlState.featureNotSupported, `cannot convert infinity to ${typeName}`);
  return value.round(0).unscaled;
}

function toSignedByte(value: number): number {
  return (value << 24) >> 24;
}

function int4ToChar(value: number): string {
  if (value < -128 || value > 127) throw outOfRange('"char" out of range');
  return charOfByte(value & 0xff);
}

function int8ToOid(value: bigint): Oid {
  if (value < 0n || value > 0xffff_ffffn) throw outOfRange('OID out of range');
  return Number(value);
}

/** The first byte of a text. */
function textToChar(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length === 0 ? '' : charOfByte(bytes[0]);
}

function charToText(value: string): string {
  return byteOfChar(value) < 0x80 ? value : `\\${byteOfChar(value).toString(8)}`;
}

export const conversionCode: Readonly<Record<string, Code>> = {
  i2toi4: same,
  i4toi2: fitInt2,
  int28: (value: number) => BigInt(value),
  int48: (value: number) => BigInt(value),
  int82: (value: bigint) => fitInt2(Number(value)),
  int84: (value: bigint) => fitInt4(Number(value)),
  i2tod: same,
  i2tof: same,
  i4tod: same,
  i4tof: (value: number) => Math.fround(value),
  i8tod: (value: bigint) => Number(value),
  i8tof: (value: bigint) => Math.fround(Number(value)),
  dtoi2: toInt2,
  dtoi4: toInt4,
  dtoi8: toInt8,
  ftoi2: toInt2,
  ftoi4: toInt4,
  ftoi8: toInt8,
  dtof: toFloat4,
  ftod: same,
  bool_int4: (value: boolean) => (value ? 1 : 0),
  int4_bool: (value: number) => value !== 0,
  booltext: (value: boolean) => (value ? 'true' : 'false'),
  int2_numeric: (value: number) => Numeric.fromInteger(value),
  int4_numeric: (value: number) => Numeric.fromInteger(value),
  int8_numeric: (value: bigint) => Numeric.fromInteger(value),
  float4_numeric: (value: number) => floatToNumeric(value, 6),
  float8_numeric: (value: number) => floatToNumeric(value, 15),
  numeric_float4: (value: Numeric) => numericToFloat(value, 'real', Math.fround),
  numeric_float8: (value: Numeric) => numericToFloat(value, 'double precision', (result) => result),
  numeric_int2: (value: Numeric) => fitInt2(Number(numericToInteger(value, 'smallint'))),
  numeric_int4: (value: Numeric) => fitInt4(Number(numericToInteger(value, 'integer'))),
  numeric_int8: (value: Numeric) => fitInt8(numericToInteger(value, 'bigint')),
  numeric: (value: Numeric, typmod: number) => coerceNumeric(value, typmod),
  oidtoi8: (value: Oid) => BigInt(value),
  i8tooid: int8ToOid,
  i4tochar: int4ToChar,
  chartoi4: (value: string) => toSignedByte(byteOfChar(value)),
  char_text: charToText,
  char_bpchar: charToText,
  text_char: textToChar,
  text_name: truncateName,
  name_text: same,
  name_bpchar: same,
  bpchar_name: (value: string) => truncateName(trimBlanks(value)),
  rtrim1: trimBlanks,
  bpchar: (value: string, typmod: number, explicit: boolean) => bpchar.coerce!(value, typmod, explicit),
  varchar: (value: string, typmod: number, explicit: boolean) => varchar.coerce!(value, typmod, explicit),
  xid8toxid: (value: bigint) => Number(BigInt.asUintN(32, value)),
  text_regclass: (value: string, env: CallEnvironment) => env.names?.oidOf('relation', value) ?? noCatalog(),
};

function noCatalog(): never {
  throw error(SqlState.featureNotSupported, 'cannot look up a relation without a catalog');
}
