import { assert } from '../../base/errors.js';
import { tupleHoff } from '../../access/tuple/tuple-header.js';
import type { CatalogDefinition } from './catalog-table.js';

/** A value wanted of a leading column, as it stands in a tuple. */
export interface RowKey {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The values wanted, as keys that `hasKeys` looks for. */
export function rowKeys(definition: CatalogDefinition, wanted: Readonly<Record<string, unknown>>): RowKey[] {
  return Object.entries(wanted).map(([column, value]) => keyOf(definition, column, value));
}

function keyOf({ name, indexes, layout, leadingOffsets }: CatalogDefinition, column: string, value: unknown): RowKey {
  const index = indexes.get(column)!;
  assert(index < leadingOffsets.length, () => `${column} is no leading column of ${name}`);
  const storage = layout.attributes[index];
  const bytes = Buffer.alloc(storage.length);
  storage.write(value as never, bytes, 0);
  return { offset: leadingOffsets[index], bytes };
}

/** Does the tuple at `tuple` have all of them? */
export function hasKeys(page: Buffer, tuple: number, keys: readonly RowKey[]): boolean {
  const data = tuple + tupleHoff(page, tuple);
  for (const { offset, bytes } of keys) if (!standsAt(page, data + offset, bytes)) return false;
  return true;
}

function standsAt(page: Buffer, at: number, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) if (page[at + index] !== bytes[index]) return false;
  return true;
}
