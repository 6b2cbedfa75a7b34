import type { Oid } from '../../base/block.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';

type Key = readonly unknown[];
type Primitive = number | string | boolean | null;

/** How a value is named by a JS primitive, such that equal values have equal names. */
type Namer = (value: unknown) => Primitive;

const asIs: Namer = (value) => value as Primitive;
const integer: Namer = (value) => (typeof value === 'bigint' ? integerName(value) : (value as Primitive));
const NAMERS: Record<Oid, Namer> = {
  ...Object.fromEntries(
    [
      TypeOid.bool,
      TypeOid.int2,
      TypeOid.int4,
      TypeOid.oid,
      TypeOid.text,
      TypeOid.varchar,
      TypeOid.name,
      TypeOid.char,
      TypeOid.uuid,
    ].map((oid) => [oid, asIs]),
  ),
  // Dates may be infinite, which JSON does not know.
  [TypeOid.date]: (value) => (Number.isFinite(value) ? (value as number) : String(value)),
  ...Object.fromEntries([TypeOid.int8, TypeOid.timestamp, TypeOid.timestamptz].map((oid) => [oid, integer])),
};

function integerName(value: bigint): Primitive {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
}

interface Entry<V> {
  readonly key: Key;
  value: V;
}

/**
 * A hash table whose keys are SQL values of given types; NULLs are equal to each other here, as GROUP BY and DISTINCT
 * want. Keys that JS primitives can name go straight into a Map; others are hashed and compared by their types.
 */
export class KeyTable<V> {
  private readonly namers: Namer[] | null;
  private readonly named = new Map<Primitive, Entry<V>>();
  private readonly hashed = new Map<number, Entry<V>[]>();
  private count = 0;

  constructor(private readonly keyTypes: readonly Oid[]) {
    const namers = keyTypes.map((oid) => NAMERS[oid]);
    this.namers = namers.every((namer) => namer !== undefined) ? namers : null;
  }

  get size(): number {
    return this.count;
  }

  has(key: Key): boolean {
    return this.find(key) !== undefined;
  }

  get(key: Key): V | undefined {
    return this.find(key)?.value;
  }

  set(key: Key, value: V): void {
    const entry = this.find(key);
    if (entry) entry.value = value;
    else this.add({ key, value });
  }

  *values(): Generator<V> {
    for (const { value } of this.named.values()) yield value;
    for (const bucket of this.hashed.values()) for (const { value } of bucket) yield value;
  }

  private find(key: Key): Entry<V> | undefined {
    if (this.namers) return this.named.get(this.nameOf(this.namers, key));
    return this.hashed.get(this.hashOf(key))?.find((entry) => this.isEqual(entry.key, key));
  }

  private add(entry: Entry<V>): void {
    this.count++;
    if (this.namers) {
      this.named.set(this.nameOf(this.namers, entry.key), entry);
      return;
    }
    const hash = this.hashOf(entry.key);
    const bucket = this.hashed.get(hash);
    if (bucket) bucket.push(entry);
    else this.hashed.set(hash, [entry]);
  }

  private nameOf(namers: readonly Namer[], key: Key): Primitive {
    if (namers.length === 1) return key[0] === null ? null : namers[0](key[0]);
    return JSON.stringify(key.map((value, index) => (value === null ? null : namers[index](value))));
  }

  private hashOf(key: Key): number {
    let hash = 0;
    key.forEach((value, index) => {
      hash = (Math.imul(hash, 31) + (value === null ? 7 : types.byOid(this.keyTypes[index]).hash(value))) | 0;
    });
    return hash;
  }

  private isEqual(a: Key, b: Key): boolean {
    return a.every((value, index) => {
      const other = b[index];
      if (value === null || other === null) return value === other;
      return types.byOid(this.keyTypes[index]).equals(value, other);
    });
  }
}
