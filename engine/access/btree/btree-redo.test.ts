import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import type { WalRecord } from '../../wal/record.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { FIRST_RECORD, pagesOf, recordsOf, replay, startRecovery } from '../testing/replay.js';
import { begin, commit, int4, startAccess, text, transact, type TestProcess } from '../testing/test-access.js';
import { intKey, rowPlace, testIndex, textKey } from '../testing/test-index.js';
import { TupleLayout } from '../tuple/tuple-layout.js';
import { maskedBTreePage } from './page-mask.js';

const index = testIndex({ layout: new TupleLayout([int4, text]), keys: [intKey, textKey] });

/** What a checkpoint does to images: pages not changed since get one at their next change. */
function moveRedoPoint({ wal }: TestProcess): void {
  wal.withAllInsertLocks(() => wal.setRedoLsn(wal.currentInsertPosition()));
}

function turnImagesOff({ wal }: TestProcess): void {
  wal.withAllInsertLocks(() => wal.setFullPageWrites(false));
}

function emptyReplica(directory: string): TestProcess {
  fs.mkdirSync(`${directory}/pg_xact`, { recursive: true });
  fs.mkdirSync(`${directory}/base`);
  return startRecovery(directory);
}

function replayed(directory: string, records: readonly WalRecord[]): TestProcess {
  const replica = emptyReplica(directory);
  replay(replica, records);
  return replica;
}

const pagesIn = (process: TestProcess): Buffer[] => pagesOf(process, index.file).map(maskedBTreePage);

/** Says where pages differ first: block and byte. */
function expectSamePages(replica: TestProcess, wanted: readonly Buffer[]): void {
  const found = pagesIn(replica);
  expect(found.length, 'pages').to.equal(wanted.length);
  found.forEach((page, block) => {
    const at = page.findIndex((byte, position) => byte !== wanted[block][position]);
    const near = (bytes: Buffer): string => bytes.toString('hex', at & ~7, (at & ~7) + 24);
    if (at >= 0) expect(near(page), `block ${block} from byte ${at & ~7}`).to.equal(near(wanted[block]));
  });
}

const row = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.string({ maxLength: 900 }));

describe('btree replay', function () {
  this.slow(10_000);
  const prepare = { 'with full-page images': moveRedoPoint, 'without full-page images': turnImagesOff };
  for (const [title, onCheckpoint] of Object.entries(prepare)) {
    it(`makes the same pages from nothing, ${title}`, () =>
      fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 800, size: 'max' }), (rows) =>
          withDirectory((root) => {
            const original = startAccess(`${root}/original`);
            onCheckpoint(original);
            transact(original, () => original.access.btree.create(index));
            begin(original);
            rows.forEach((values, n) => {
              if (n % 100 === 50) onCheckpoint(original);
              original.access.btree.insert(index, values, rowPlace(n), 'none');
            });
            commit(original);
            const records = recordsOf(original, FIRST_RECORD);
            const replica = replayed(`${root}/replica`, records);
            const wanted = pagesIn(original);
            expectSamePages(replica, wanted);
            // Once more: everything is there already.
            replay(replica, records);
            expectSamePages(replica, wanted);
          }),
        ),
        { numRuns: 12, interruptAfterTimeLimit: 30_000 },
      ));
  }
});
