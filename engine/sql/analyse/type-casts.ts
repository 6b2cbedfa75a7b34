import type { Node, TypeCast, TypeName } from '@pgsql/types';
import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { absentHere } from '../absent.js';
import { at, bodyOf, namesOf, unsupported } from '../parse/nodes.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import type { Analyser } from './analyser.js';
import { applyTypmod, coerceOrFail, locationOf, readAs } from './coerce.js';
import type { Expression } from './expression.js';
import { transformExpression } from './expressions.js';
import { located } from './operators.js';
import type { Scope } from './scope.js';

export interface TypeUse {
  readonly type: Oid;
  readonly typmod: number;
}

const SERIALS = new Set(['serial', 'serial2', 'serial4', 'serial8', 'bigserial', 'smallserial']);

/** The type a name means (parser/parse_type.c). Raises 42704 for none, 0A000 for serial. */
export function resolveTypeName(name: TypeName): TypeUse {
  const names = namesOf(name.names);
  const last = names[names.length - 1];
  if (name.setof) throw unsupported('SETOF', name.location);
  if (name.pct_type) throw unsupported('%TYPE', name.location);
  if (names.length === 1 && SERIALS.has(last)) throw unsupported(`type ${last}`, name.location);
  const found = names.length === 1 || names[0] === 'pg_catalog' ? types.byName(last) : undefined;
  if (!found) throw undefinedType(names, name.location);
  const modifiers = (name.typmods ?? []).map(modifierText);
  const typmod = modifiers.length === 0 ? -1 : located(name.location, () => typmodOf(found.oid, modifiers));
  if (!name.arrayBounds?.length) return { type: found.oid, typmod };
  const array = types.arrayOf(found.oid);
  if (array === 0)
    throw error(
      SqlState.undefinedObject,
      `could not find array type for data type ${types.format(found.oid)}`,
      at(name.location),
    );
  return { type: array, typmod };
}

function undefinedType(names: readonly string[], location: number | undefined): Error {
  const absent = absentHere('type', names[names.length - 1], location);
  return absent ?? error(SqlState.undefinedObject, `type "${names.join('.')}" does not exist`, at(location));
}

function modifierText(node: Node): string {
  if ('A_Const' in node) {
    const { ival, sval, fval } = node.A_Const;
    return ival ? String(ival.ival ?? 0) : (sval?.sval ?? fval?.fval ?? '');
  }
  if ('ColumnRef' in node) return namesOf(node.ColumnRef.fields).join('.');
  throw error(
    SqlState.syntaxError,
    'type modifiers must be simple constants or identifiers',
    at(bodyOf(node).location as number),
  );
}

function typmodOf(type: Oid, modifiers: string[]): number {
  const { typmodIn } = types.byOid(type);
  // The grammar writes the fields of an interval as a modifier; `interval` without any has none.
  if (typmodIn) return types.byOid(type).typmodIn!(modifiers);
  throw error(SqlState.syntaxError, `type modifier is not allowed for type "${types.format(type)}"`);
}

export function transformTypeCast(analyser: Analyser, scope: Scope, body: TypeCast): Expression {
  const target = resolveTypeName(body.typeName!);
  if ('A_ArrayExpr' in body.arg! && !body.arg.A_ArrayExpr.elements) {
    return { kind: 'constant', value: SqlArray.of([]), type: target.type, typmod: -1 };
  }
  const value = transformExpression(analyser, scope, body.arg!);
  return castTo(value, target, body.location);
}

/** An explicit cast. Raises 42846. */
export function castTo(value: Expression, { type, typmod }: TypeUse, location: number | undefined): Expression {
  if (value.kind === 'array' && value.elements.length > 0 && types.elementOf(type) !== 0)
    return castElements(value, { type, typmod }, location);
  const place = (location ?? -1) >= 0 ? location : locationOf(value);
  const cast = coerceOrFail(value, type, readAs(type, typmod), 'explicit', (from) =>
    error(SqlState.cannotCoerce, `cannot cast type ${from} to ${types.format(type)}`, at(place)),
  );
  return located(locationOf(value), () => applyTypmod(cast, typmod, 'explicit'));
}

/** ARRAY[...]::type[] casts each element, so that literals are read as that type. */
function castElements(
  value: Extract<Expression, { kind: 'array' }>,
  target: TypeUse,
  location: number | undefined,
): Expression {
  const element = { type: types.elementOf(target.type), typmod: target.typmod };
  return {
    ...value,
    elements: value.elements.map((item) => castTo(item, element, location)),
    type: target.type,
    typmod: target.typmod,
  };
}

/** A literal of unknown type as `type`. */
export function castLiteral(literal: Expression, type: Oid): Expression {
  return castTo(literal, { type, typmod: -1 }, locationOf(literal));
}
