import type { Tid } from '../../base/block.js';
import type { IndexKey, IndexScan, IndexShape } from '../btree/btree.js';
import { TupleLayout } from '../tuple/tuple-layout.js';
import { TABLE, int4, type TestProcess } from './test-access.js';

/** For tests: indexes of various shapes on the test table. */
export const intKey: IndexKey = {
  compare: (a, b) => (a as number) - (b as number),
  descending: false,
  nullsFirst: false,
  integer: 'int4',
};

export const textKey: IndexKey = {
  compare: (a, b) => Buffer.compare(Buffer.from(a as string), Buffer.from(b as string)),
  descending: false,
  nullsFirst: false,
  bytes: 'plain',
};

export function testIndex(overrides: Partial<IndexShape> = {}): IndexShape {
  return {
    oid: 20000,
    name: 'rows_key',
    file: { ...TABLE, relation: 20000 },
    heap: TABLE,
    tableName: 'rows',
    layout: new TupleLayout([int4]),
    keys: [intKey],
    isUnique: false,
    nullsNotDistinct: false,
    ...overrides,
  };
}

/** A place in a table of `n` rows that were inserted one after the other. */
export function rowPlace(n: number): Tid {
  return { block: Math.floor(n / 100) as Tid['block'], offset: 1 + (n % 100) };
}

export function placeNumber({ block, offset }: Tid): number {
  return block * 100 + offset - 1;
}

export interface FoundEntry {
  readonly values: unknown[];
  readonly row: number;
}

/** All that a scan finds, which is closed then. */
export function entriesOf(scan: IndexScan): FoundEntry[] {
  const found: FoundEntry[] = [];
  for (let entry = scan.next(); entry; entry = scan.next()) {
    found.push({ values: entry.values(), row: placeNumber(entry.tid) });
  }
  scan.close();
  return found;
}

export function allEntries({ access }: TestProcess, index: IndexShape): FoundEntry[] {
  return entriesOf(access.btree.scan(index, { equal: [] }, 'forward'));
}
