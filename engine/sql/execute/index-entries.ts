import type { Tid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { describeKey } from '../catalog/describe-key.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { Engine } from '../engine.js';
import type { TextEnvironment } from '../types/environment.js';
import type { Row } from './frame.js';

/** Keeps the indexes of a table up to date with its rows (executor/execIndexing.c). */
export class IndexEntries {
  /** Places of the columns that any index has. */
  private readonly indexed: ReadonlySet<number>;

  constructor(private readonly relation: Relation) {
    this.indexed = new Set(relation.indexes.flatMap(({ places }) => places));
  }

  /** Those of the given columns, by place, that any index has. */
  indexedAmong(places: readonly number[]): number[] {
    return places.filter((place) => this.indexed.has(place));
  }

  /** Gives a new row version its entry in every index. Raises 23505. */
  insert(engine: Engine, values: Row, tid: Tid, environment: TextEnvironment): void {
    for (const index of this.relation.indexes) {
      const key = keyOf(index, values);
      const outcome = engine.access.btree.insert(index.shape, key, tid, index.isUnique ? 'unique' : 'none');
      if (outcome !== 'inserted') throw uniqueViolation(this.relation, index, key, environment);
    }
  }

  /** The same; false, with some entries perhaps made, when another row has the key in one of `arbiters`. */
  insertUnlessTaken(
    engine: Engine,
    values: Row,
    tid: Tid,
    environment: TextEnvironment,
    arbiters: readonly TableIndex[],
  ): boolean {
    for (const index of this.relation.indexes) {
      const key = keyOf(index, values);
      const isArbiter = arbiters.includes(index);
      const check = isArbiter ? 'speculative' : index.isUnique ? 'unique' : 'none';
      const outcome = engine.access.btree.insert(index.shape, key, tid, check);
      if (outcome === 'inserted') continue;
      if (isArbiter) return false;
      throw uniqueViolation(this.relation, index, key, environment);
    }
    return true;
  }
}

/** What of a row stands in an index. */
export function keyOf({ places }: TableIndex, values: Row): Row {
  const key: Row = [];
  for (const place of places) key.push(values[place]);
  return key;
}

/** Do both rows have the very same values in these columns, byte for byte? Then their index entries are the same. */
export function agreeIn(places: readonly number[], a: Row, b: Row, offset: number): boolean {
  for (const place of places) if (!Object.is(a[offset + place], b[offset + place])) return false;
  return true;
}

function uniqueViolation(relation: Relation, index: TableIndex, key: Row, environment: TextEnvironment): Error {
  return error(SqlState.uniqueViolation, `duplicate key value violates unique constraint "${index.name}"`, {
    detail: `Key ${describeKey(relation, index, key, environment)} already exists.`,
    schema: relation.schemaName,
    table: relation.name,
    constraint: index.name,
  });
}
