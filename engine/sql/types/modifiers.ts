import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { int4 } from './integers.js';

/** Type modifiers as integers (utils/adt/arrayutils.c ArrayGetIntegerTypmods). */
export function integerModifiers(modifiers: string[]): number[] {
  return modifiers.map((text) => int4.input(text, -1));
}

/** The one length in `varchar(n)`; the typmod is n + 4 (utils/adt/varchar.c anychar_typmodin). */
export function lengthTypmod(modifiers: string[], typeName: string): number {
  const lengths = integerModifiers(modifiers);
  if (lengths.length !== 1) throw error(SqlState.invalidParameterValue, 'invalid type modifier');
  if (lengths[0] < 1) throw error(SqlState.invalidParameterValue, `length for type ${typeName} must be at least 1`);
  if (lengths[0] > MAX_LENGTH) {
    throw error(SqlState.invalidParameterValue, `length for type ${typeName} cannot exceed ${MAX_LENGTH}`);
  }
  return lengths[0] + 4;
}

const MAX_LENGTH = 10_485_760;

export const MAX_FRACTIONAL_DIGITS = 6;

/** The precision of `timestamp(p)`; more than 6 is reduced with a warning in PostgreSQL, silently here. */
export function precisionTypmod(modifiers: string[], typeName: string): number {
  const [precision, ...more] = integerModifiers(modifiers);
  if (precision === undefined || more.length > 0) throw error(SqlState.invalidParameterValue, 'invalid type modifier');
  if (precision < 0) throw error(SqlState.invalidParameterValue, `${typeName} precision must not be negative`);
  return Math.min(precision, MAX_FRACTIONAL_DIGITS);
}
