import type { Oid } from '../../base/block.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { CastContext, CastTable } from './cast-table.js';
import type { CallEnvironment } from './environment.js';

export type Converter = (value: unknown, env: CallEnvironment) => unknown;

/**
 * How to turn values of one type into another with a type modifier: the cast, then the modifier. Null stays null. `from` may be
 * `unknown`: then the value is a literal's text. undefined when there is no such cast in this context.
 */
export function converter(
  casts: CastTable,
  from: Oid,
  to: Oid,
  typmod: number,
  context: CastContext,
): Converter | undefined {
  if (from === TypeOid.unknown && to !== TypeOid.unknown) return literalConverter(to, typmod, context);
  const cast = casts.find(from, to, context);
  if (!cast) return undefined;
  const explicit = context === 'explicit';
  const type = types.byOid(to);
  const convert: Converter =
    cast.method === 'binary'
      ? (value) => value
      : (value, env) => (value === null ? null : cast.convert(value, env, explicit));
  if (typmod < 0 || !type.coerce) return convert;
  return (value, env) => {
    const converted = convert(value, env);
    return converted === null ? null : type.coerce!(converted, typmod, explicit);
  };
}

/** A literal is read by the type's input function; its modifier applies as to any value, so an explicit cast may cut. */
function literalConverter(to: Oid, typmod: number, context: CastContext): Converter {
  const type = types.byOid(to);
  // Only interval's input depends on the modifier: it says what a number without a unit is.
  const inputTypmod = to === TypeOid.interval ? typmod : -1;
  return (value, env) => {
    if (value === null) return null;
    const read = type.input(value as string, inputTypmod, env);
    return typmod >= 0 && type.coerce ? type.coerce(read, typmod, context === 'explicit') : read;
  };
}
