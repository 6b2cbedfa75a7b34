import { expect } from 'chai';
import { createHash } from 'node:crypto';
import type { Tid } from '../../base/block.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { pagesOf } from '../testing/replay.js';
import { begin, commit, startAccess, type TestProcess } from '../testing/test-access.js';
import { testIndex } from '../testing/test-index.js';

/** Rows of one integer column to a page of a table. */
const ROWS_PER_PAGE = 226;
const COUNT = 30_000;
const index = testIndex();

/**
 * What PostgreSQL 15 makes of 30000 rows that are inserted one after the other into a table with an index on its only
 * column, an int4, with deduplicate_items off; and of CREATE INDEX on that table. Sums of the index's file without LSNs,
 * checksums and the metapage's word on deduplication.
 */
const recorded: Record<string, { key: (n: number) => number; inserted: string; built?: string }> = {
  ascending: {
    key: (n) => n,
    inserted: '06ae0cf0001d55c77e9d60fe13dd94fb',
    built: '65fe023b3033db653faeb8053d19b2db',
  },
  scattered: {
    key: (n) => (n * 7919) % 30011,
    inserted: 'b0fba4450fef20a2ea82840fbbaf6c16',
    built: 'c34c419fe88721d7ecb4273760503066',
  },
  'of ten values': { key: (n) => n % 10, inserted: '2b2336d3d0b5c0a98a9e675c96d64a9b' },
};

function placeOf(n: number): Tid {
  return { block: Math.floor(n / ROWS_PER_PAGE) as Tid['block'], offset: 1 + (n % ROWS_PER_PAGE) };
}

function sumOf(process: TestProcess): string {
  const hash = createHash('sha256');
  pagesOf(process, index.file).forEach((page, block) => {
    page.fill(0, 0, 10);
    if (block === 0) page[64] = 0;
    hash.update(page);
  });
  return hash.digest('hex').slice(0, 32);
}

async function sumAfter(fill: (process: TestProcess) => void): Promise<string> {
  let sum = '';
  await withDirectory((directory) => {
    const process = startAccess(directory);
    begin(process);
    process.access.btree.create(index);
    fill(process);
    commit(process);
    sum = sumOf(process);
  });
  return sum;
}

describe('pages of an index are PostgreSQL 15’s, byte for byte', function () {
  this.slow(20_000);

  for (const [title, { key, inserted, built }] of Object.entries(recorded)) {
    it(`of ${COUNT} entries, ${title}, inserted one by one`, async () => {
      const sum = await sumAfter(({ access }) => {
        for (let n = 0; n < COUNT; n++) access.btree.insert(index, [key(n + 1)], placeOf(n), 'none');
      });
      expect(sum).to.equal(inserted);
    });

    if (built === undefined) continue;
    it(`of ${COUNT} entries, ${title}, built at once`, async () => {
      const entries = Array.from({ length: COUNT }, (_, n) => ({
        values: [key(n + 1)],
        tid: placeOf(n),
        isLive: true,
      }));
      const duplicate = (): Error => new Error('duplicate');
      const sum = await sumAfter(({ access }) => access.btree.build(index, entries, { memoryKb: 1024, duplicate }));
      expect(sum).to.equal(built);
    });
  }
});
