import type { BuildEntry } from '../../access/btree/btree.js';
import type { BuildScan } from '../../access/heap/build-scan.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Engine } from '../engine.js';
import { describeKey } from './describe-key.js';
import type { Relation } from './relation.js';
import type { TableIndex } from './table-index.js';

export interface BuiltIndex {
  /** Rows that have an entry. */
  readonly entries: number;
  readonly hasBrokenChains: boolean;
}

/** Makes the index's file and fills it from the table. Raises 23505 when two rows have one key of a unique index. */
export function buildIndex(engine: Engine, relation: Relation, index: TableIndex): BuiltIndex {
  const { heap, btree } = engine.access;
  const scan = heap.buildScan(relation.file);
  btree.create(index.shape);
  const { entries } = btree.build(index.shape, entriesOf(scan, relation, index), {
    memoryKb: engine.settings.get('maintenance_work_mem'),
    duplicate: (key) => isDuplicated(relation, index, key),
  });
  return { entries, hasBrokenChains: scan.hasBrokenChains };
}

function* entriesOf(scan: BuildScan, relation: Relation, { places }: TableIndex): Iterable<BuildEntry> {
  const columns = Math.max(...places) + 1;
  for (const { tuple, root, isAlive } of scan.rows()) {
    const row = tuple.values(relation.layout, columns);
    yield { values: places.map((place) => row[place]), tid: root, isLive: isAlive };
  }
}

function isDuplicated(relation: Relation, index: TableIndex, key: readonly unknown[]): Error {
  return error(SqlState.uniqueViolation, `could not create unique index "${index.name}"`, {
    detail: `Key ${describeKey(relation, index, key)} is duplicated.`,
    schema: relation.schemaName,
    table: relation.name,
    constraint: index.name,
  });
}
