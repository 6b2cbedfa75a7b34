import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';

/** Lengths that stand for values of any length: with a length word, and with a zero behind them. */
export const VARLENA = -1;
export const C_STRING = -2;

export function alignUp(at: number, align: number): number {
  return (at + align - 1) & -align;
}

export function storedOutOfLine(): Error {
  return error(SqlState.dataCorrupted, 'a value stored out of line cannot be read');
}

export function damagedLength(): Error {
  return error(SqlState.dataCorrupted, 'a value with a damaged length word cannot be read');
}
