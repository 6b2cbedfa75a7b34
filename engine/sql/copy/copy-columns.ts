import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Column, Relation } from '../catalog/relation.js';

/** The places of the columns a COPY names, in its order; all of the table's when it names none. */
export function copyPlaces(relation: Relation, names: readonly string[] | undefined): number[] {
  if (!names) return relation.columns.map((_, index) => index);
  const places: number[] = [];
  for (const name of names) {
    const place = placeOf(relation, name);
    if (places.includes(place)) throw error(SqlState.duplicateColumn, `column "${name}" specified more than once`);
    places.push(place);
  }
  return places;
}

/** Which of the copied columns an option names. */
export function namedColumns(
  option: string,
  names: readonly string[] | 'all',
  columns: readonly Pick<Column, 'name'>[],
  relation: Relation | undefined,
): boolean[] {
  if (names === 'all') return columns.map(() => true);
  for (const name of names) {
    if (columns.some((column) => column.name === name)) continue;
    if (relation) placeOf(relation, name);
    else throw error(SqlState.undefinedColumn, `column "${name}" does not exist`);
    throw error(SqlState.invalidColumnReference, `${option} column "${name}" not referenced by COPY`);
  }
  return columns.map(({ name }) => names.includes(name));
}

function placeOf(relation: Relation, name: string): number {
  const place = relation.columns.findIndex((column) => column.name === name);
  if (place >= 0) return place;
  throw error(SqlState.undefinedColumn, `column "${name}" of relation "${relation.name}" does not exist`);
}
