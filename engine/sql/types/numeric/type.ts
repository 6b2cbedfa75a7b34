import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import { integerModifiers } from '../modifiers.js';
import { TypeOid } from '../oids.js';
import { type SqlType, defineType, hashInteger, mix } from '../sql-type.js';
import { compareNumeric } from './arithmetic.js';
import { numericStorage, receiveNumeric, sendNumeric } from './format.js';
import type { Numeric } from './numeric.js';
import { coerceNumeric, numericPrecision, numericTypmod, parseNumeric } from './text.js';

export const numeric: SqlType<Numeric> = defineType(TypeOid.numeric, {
  storage: numericStorage,
  input: (text, typmod) => coerceNumeric(parseNumeric(text), typmod),
  output: (value) => value.toString(),
  send: sendNumeric,
  receive: (bytes, typmod) => coerceNumeric(receiveNumeric(bytes), typmod),
  compare: compareNumeric,
  hash: hashNumeric,
  coerce: coerceNumeric,
  typmodIn,
  typmodOut(typmod) {
    const { precision, scale } = numericPrecision(typmod);
    return `(${precision},${scale})`;
  },
});

function hashNumeric(value: Numeric): number {
  if (!value.isFinite) return mix(value.isNaN ? 1 : value.sign + 3);
  const { unscaled, scale } = value.trimScale();
  return mix(hashInteger(unscaled) ^ scale);
}

function typmodIn(modifiers: string[]): number {
  const [precision, scale = 0, ...more] = integerModifiers(modifiers);
  if (precision === undefined || more.length > 0)
    throw error(SqlState.invalidParameterValue, 'invalid NUMERIC type modifier');
  return numericTypmod(precision, scale);
}
