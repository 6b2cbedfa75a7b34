import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import { withDirectory } from '../../../wal/testing/small-log.js';
import { FIRST_RECORD, pagesOf, recordsOf, replay, startRecovery } from '../../testing/replay.js';
import { int4, startAccess, text, transact, type TestProcess } from '../../testing/test-access.js';
import { allEntries, intKey, rowPlace, testIndex, textKey } from '../../testing/test-index.js';
import { TupleLayout } from '../../tuple/tuple-layout.js';
import type { BuildEntry, BuildResult, IndexShape } from '../btree.js';
import { maskedBTreePage } from '../page-mask.js';

const duplicate = (values: unknown[]): Error => new Error(`duplicate ${values.join()}`);

function build(
  { access }: TestProcess,
  index: IndexShape,
  entries: Iterable<BuildEntry>,
  memoryKb = 1024,
): BuildResult {
  access.btree.create(index);
  return access.btree.build(index, entries, { memoryKb, duplicate });
}

function entriesOf(rows: readonly (readonly unknown[])[], isLive: (n: number) => boolean = () => true): BuildEntry[] {
  return rows.map((values, n) => ({ values, tid: rowPlace(n), isLive: isLive(n) }));
}

/** The same rows inserted one by one. */
function inserted({ access }: TestProcess, index: IndexShape, rows: readonly (readonly unknown[])[]): void {
  access.btree.create(index);
  rows.forEach((values, n) => access.btree.insert(index, values, rowPlace(n), 'none'));
}

const few = fc.option(fc.integer({ min: -50, max: 50 }), { nil: null, freq: 10 });
const shapes: Record<string, { index: IndexShape; row: fc.Arbitrary<unknown[]> }> = {
  integers: { index: testIndex(), row: fc.tuple(few) },
  'descending integers, nulls first': {
    index: testIndex({ keys: [{ ...intKey, descending: true, nullsFirst: true }] }),
    row: fc.tuple(few),
  },
  'text and integer': {
    index: testIndex({ layout: new TupleLayout([text, int4]), keys: [textKey, intKey] }),
    row: fc.tuple(fc.option(fc.string({ maxLength: 600 }), { nil: null }), few),
  },
};

describe('building an index', function () {
  this.slow(10_000);

  for (const [title, { index, row }] of Object.entries(shapes)) {
    it(`gives what single insertions give, and the same pages after replay: ${title}`, () =>
      fc.assert(
        fc.asyncProperty(fc.array(row, { maxLength: 1500, size: 'max' }), fc.constantFrom(4, 1024), (rows, memoryKb) =>
          withDirectory((root) => {
            const process = startAccess(`${root}/original`);
            const other = { ...index, file: { ...index.file, relation: 20001 } };
            transact(process, () => build(process, index, entriesOf(rows), memoryKb));
            transact(process, () => inserted(process, other, rows));
            expect(process.access.btree.verify(index, 'tree')).to.deep.equal([]);
            expect(allEntries(process, index)).to.deep.equal(allEntries(process, other));
            fs.mkdirSync(`${root}/replica/pg_xact`, { recursive: true });
            fs.mkdirSync(`${root}/replica/base`);
            const replica = startRecovery(`${root}/replica`);
            replay(replica, recordsOf(process, FIRST_RECORD));
            const pages = (member: TestProcess): Buffer[] => pagesOf(member, index.file).map(maskedBTreePage);
            expect(pages(replica)).to.deep.equal(pages(process));
          }),
        ),
        { numRuns: 10, interruptAfterTimeLimit: 30_000 },
      ));
  }

  it('sorts more than memory holds in runs on disk, of which nothing is left', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      const index = testIndex();
      const count = 200_000;
      const rows = (function* (): Iterable<BuildEntry> {
        for (let n = 0; n < count; n++) yield { values: [(n * 7919) % count], tid: rowPlace(n), isLive: true };
      })();
      const result = transact(process, () => build(process, index, rows));
      expect(result.entries).to.equal(count);
      expect(result.runsSpilled).to.be.greaterThan(3);
      const found = allEntries(process, index);
      expect(found.length).to.equal(count);
      expect(found.every(({ values, row }, n) => values[0] === n && (row * 7919) % count === n)).to.equal(true);
      expect(fs.readdirSync(`${directory}/base/pgsql_tmp`)).to.deep.equal([]);
    }));

  it('takes no two live rows with one key into a unique index', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      let relation = 30000;
      const attempt = (overrides: Partial<IndexShape>, rows: unknown[][], isLive?: (n: number) => boolean): string => {
        const index = testIndex({ isUnique: true, ...overrides, file: { ...testIndex().file, relation: relation++ } });
        try {
          return transact(process, () => String(build(process, index, entriesOf(rows, isLive)).entries));
        } catch (thrown) {
          process.access.transactions.abort();
          return (thrown as Error).message;
        }
      };
      expect(attempt({}, [[1], [2], [1]])).to.equal('duplicate 1');
      expect(attempt({}, [[1], [2], [1]], (n) => n !== 2)).to.equal('3');
      expect(attempt({}, [[null], [2], [null]])).to.equal('3');
      expect(attempt({ nullsNotDistinct: true }, [[null], [2], [null]])).to.equal('duplicate ');
      expect(process.storage.files.exists({ ...testIndex().file, relation: 30000 }, 0)).to.equal(true);
    }));

  it('makes an empty index of an empty table', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      transact(process, () => build(process, testIndex(), []));
      expect(allEntries(process, testIndex())).to.deep.equal([]);
    }));
});
