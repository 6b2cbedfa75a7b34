import { SqlState } from '../../../base/sqlstate.js';
import { error, type PgError } from '../../../base/errors.js';
import { type Interval, spanOf } from '../../types/datetime/interval-value.js';
import { zoneOf } from '../../types/datetime/now.js';
import { INT4_MAX, INT4_MIN, INT8_MAX, INT8_MIN } from '../../types/integers.js';
import { add, compareNumeric } from '../../types/numeric/arithmetic.js';
import { Numeric } from '../../types/numeric/numeric.js';
import type { CallEnvironment } from '../environment.js';
import type { Code } from '../signature.js';
import { addInterval, addIntervalInZone } from './datetime-arithmetic.js';

/** generate_series(): lazily, so that a LIMIT ends it. */
function stepError(): PgError {
  return error(SqlState.invalidParameterValue, 'step size cannot equal zero');
}

/** The series ends where the type does. */
function* integers<V extends number | bigint>(from: V, to: V, step: V, lowest: V, highest: V): Generator<V> {
  for (let value = from; step > 0 ? value <= to : value >= to;) {
    yield value;
    const next = ((value as number) + (step as number)) as V;
    if (next > highest || next < lowest) return;
    value = next;
  }
}

function int4Series(from: number, to: number, step: number): Iterable<number> {
  if (step === 0) throw stepError();
  return integers(from, to, step, INT4_MIN, INT4_MAX);
}

function int8Series(from: bigint, to: bigint, step: bigint): Iterable<bigint> {
  if (step === 0n) throw stepError();
  return integers(from, to, step, INT8_MIN, INT8_MAX);
}

function numericSeries(from: Numeric, to: Numeric, step: Numeric): Iterable<Numeric> {
  for (const [name, value] of [
    ['start', from],
    ['stop', to],
    ['step size', step],
  ] as const) {
    if (value.isNaN)
      throw error(
        SqlState.invalidParameterValue,
        `${name} ${name === 'step size' ? 'cannot be' : 'value cannot be'} NaN`,
      );
    if (!value.isFinite) {
      throw error(
        SqlState.invalidParameterValue,
        `${name} ${name === 'step size' ? 'cannot be' : 'value cannot be'} infinity`,
      );
    }
  }
  if (step.sign === 0) throw stepError();
  return numbers(from, to, step);
}

function* numbers(from: Numeric, to: Numeric, step: Numeric): Generator<Numeric> {
  const direction = step.sign;
  for (let value = from; compareNumeric(value, to) * direction <= 0; value = add(value, step)) yield value;
}

type Advance = (value: bigint, step: Interval) => bigint;

function timeSeries(from: bigint, to: bigint, step: Interval, advance: Advance): Iterable<bigint> {
  const direction = spanOf(step);
  if (direction === 0n) throw stepError();
  return times(from, to, step, direction > 0n, advance);
}

function* times(from: bigint, to: bigint, step: Interval, isRising: boolean, advance: Advance): Generator<bigint> {
  for (let value = from; isRising ? value <= to : value >= to; value = advance(value, step)) yield value;
}

export const setCode: Readonly<Record<string, Code>> = {
  generate_series_int4: (from: number, to: number) => int4Series(from, to, 1),
  generate_series_step_int4: int4Series,
  generate_series_int8: (from: bigint, to: bigint) => int8Series(from, to, 1n),
  generate_series_step_int8: int8Series,
  generate_series_numeric: (from: Numeric, to: Numeric) => numericSeries(from, to, Numeric.one),
  generate_series_step_numeric: numericSeries,
  generate_series_timestamp: (from: bigint, to: bigint, step: Interval) => timeSeries(from, to, step, addInterval),
  generate_series_timestamptz: (from: bigint, to: bigint, step: Interval, env: CallEnvironment) =>
    timeSeries(from, to, step, (value, by) => addIntervalInZone(value, by, zoneOf(env))),
};
