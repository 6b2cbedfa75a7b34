import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import { RMGR_INFO_MASK, Rmgr } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import { SMALL_CONFIG, restartLog, withDirectory } from '../../wal/testing/small-log.js';
import { FIRST_RECORD, pagesOf, recordsOf, replay, startRecovery } from '../testing/replay.js';
import {
  assemble,
  begin,
  commit,
  int4,
  startAccess,
  text,
  transact,
  type TestProcess,
} from '../testing/test-access.js';
import { allEntries, entriesOf, intKey, placeNumber, rowPlace, testIndex, textKey } from '../testing/test-index.js';
import { TupleLayout } from '../tuple/tuple-layout.js';
import { BTreeInfo } from './btree-records.js';
import { describeBTreeRecord } from './btree-describe.js';
import { maskedBTreePage } from './page-mask.js';

const index = testIndex({ layout: new TupleLayout([int4, text]), keys: [intKey, textKey] });

type Step =
  | { readonly kind: 'insert'; readonly key: number; readonly bytes: number; readonly count: number }
  | { readonly kind: 'delete'; readonly from: number; readonly share: number }
  | { readonly kind: 'vacuum' | 'commit' | 'checkpoint' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      key: fc.nat(30),
      bytes: fc.oneof(fc.nat(20), fc.nat(1200)),
      count: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), from: fc.nat(30), share: fc.nat(10) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('vacuum' as const, 'commit' as const, 'checkpoint' as const) }),
  },
);

/** Inserts rows, marks them as dead and vacuums, and knows what must be found. */
class Worker {
  readonly rows = new Map<number, readonly unknown[]>();
  private readonly dead = new Set<number>();

  constructor(
    readonly process: TestProcess,
    private nextRow = 0,
  ) {
    begin(process);
    process.access.transactions.xid();
  }

  run(step: Step): void {
    switch (step.kind) {
      case 'insert':
        for (let i = 0; i < step.count; i++) this.insert([step.key, 'x'.repeat((step.bytes * (i + 1)) % 1300)]);
        break;
      case 'delete':
        for (const [row, [key]] of this.rows) {
          if ((key as number) >= step.from && row % 10 < step.share) this.dead.add(row);
        }
        break;
      case 'vacuum':
        this.vacuum();
        break;
      case 'commit':
        commit(this.process);
        begin(this.process);
        this.process.access.transactions.xid();
        break;
      case 'checkpoint':
        this.process.wal.withAllInsertLocks(() =>
          this.process.wal.setRedoLsn(this.process.wal.currentInsertPosition()),
        );
        break;
    }
  }

  insert(values: readonly unknown[]): void {
    const row = this.nextRow++;
    this.process.access.btree.insert(index, values, rowPlace(row), 'none');
    this.rows.set(row, values);
  }

  vacuum(): void {
    const { btree } = this.process.access;
    const isDead = (block: number, offset: number): boolean =>
      this.dead.has(placeNumber({ block: block as never, offset }));
    const stats = btree.bulkDelete(index, isDead, undefined, () => {});
    btree.cleanup(index, stats, () => {});
    for (const row of this.dead) this.rows.delete(row);
    this.dead.clear();
    expect(stats.entries, 'entries left').to.equal(this.rows.size);
  }

  check(): void {
    const { btree } = this.process.access;
    expect(btree.verify(index, 'tree', this.asTable())).to.deep.equal([]);
    const forward = allEntries(this.process, index);
    expect(forward.length).to.equal(this.rows.size);
    const backward = entriesOf(btree.scan(index, { equal: [] }, 'backward'));
    expect(backward.reverse()).to.deep.equal(forward);
  }

  private asTable(): Parameters<TestProcess['access']['btree']['verify']>[2] {
    return {
      rows: [...this.rows].map(([row, values]) => ({ tid: rowPlace(row), values })),
      hasLinePointer: (tid) => this.rows.has(placeNumber(tid)),
    };
  }
}

/** What a crash right after the first `count` records leaves, recovered and open for business. */
function recoveredAfter(original: TestProcess, records: readonly WalRecord[], directory: string): TestProcess {
  for (const name of ['pg_xact', 'base']) fs.mkdirSync(`${directory}/${name}`, { recursive: true });
  fs.cpSync(`${original.context.dataDirectory}/pg_wal`, `${directory}/pg_wal`, { recursive: true });
  fs.writeFileSync(`${directory}/pg_xact/0000`, Buffer.alloc(8192));
  const end = records[records.length - 1].endLsn;
  wipeLog(`${directory}/pg_wal`, end);
  const recovering = startRecovery(directory);
  replay(recovering, records);
  return assemble(recovering.context, restartLog(recovering.context, FIRST_RECORD));
}

function wipeLog(directory: string, end: number): void {
  const { segmentBytes } = SMALL_CONFIG;
  for (const name of fs.readdirSync(directory)) {
    const segment = parseInt(name.slice(16), 16);
    const keep = Math.max(0, Math.min(segmentBytes, end - segment * segmentBytes));
    const fd = fs.openSync(`${directory}/${name}`, 'r+');
    fs.writeSync(fd, Buffer.alloc(segmentBytes - keep), 0, segmentBytes - keep, keep);
    fs.closeSync(fd);
  }
}

const kindOf = ({ rmgr, info }: WalRecord): number => (rmgr === Rmgr.btree ? info & RMGR_INFO_MASK : -1);

describe('btree after a crash', function () {
  this.slow(20_000);

  it('is sound at every record, goes on, and is the same again after replay', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
        fc.infiniteStream(fc.nat()),
        (steps, draw) =>
          withDirectory((root) => {
            const original = startAccess(`${root}/original`);
            transact(original, () => original.access.btree.create(index));
            const worker = new Worker(original);
            for (const each of steps) worker.run(each);
            worker.vacuum();
            worker.check();
            commit(original);
            const records = recordsOf(original, FIRST_RECORD);
            const first = records.findIndex(({ rmgr }) => rmgr === Rmgr.btree);
            if (first < 0) return;
            for (let round = 0; round < 3; round++) {
              const count = first + 1 + (draw.next().value! % (records.length - first));
              const process = recoveredAfter(original, records.slice(0, count), `${root}/crash-${round}`);
              expect(process.access.btree.verify(index, 'tree')).to.deep.equal([]);
              const heir = new Worker(process, 100_000);
              for (const { values, row } of allEntries(process, index)) heir.rows.set(row, values);
              heir.check();
              for (const each of steps.slice(0, 12)) heir.run(each);
              heir.run({ kind: 'delete', from: 0, share: 9 });
              heir.vacuum();
              heir.check();
              commit(process);
            }
            const last = recoveredAfter(original, records, `${root}/last`);
            const pages = (process: TestProcess): Buffer[] => pagesOf(process, index.file).map(maskedBTreePage);
            expect(pages(last)).to.deep.equal(pages(original));
          }),
      ),
      { numRuns: 15, interruptAfterTimeLimit: 60_000 },
    ));

  it('gives the right half of a split its downlink when that is not in the log', () =>
    withDirectory((root) => {
      const original = startAccess(`${root}/original`);
      transact(original, () => original.access.btree.create(index));
      const worker = new Worker(original);
      for (let n = 0; n < 400; n++) worker.insert([1, `${'x'.repeat(700)}${(n * 37) % 400}`]);
      commit(original);
      const records = recordsOf(original, FIRST_RECORD);
      const splits = [...records.keys()].filter((at) =>
        [BTreeInfo.splitLeft, BTreeInfo.splitRight].includes(kindOf(records[at]) as never),
      );
      expect(splits.some((at) => describeBTreeRecord(records[at]).includes('level 1'))).to.equal(true);
      for (const at of splits.filter((_, n) => n % 8 === 0 || n < 4)) {
        const process = recoveredAfter(original, records.slice(0, at + 1), `${root}/${at}`);
        const heir = new Worker(process, 100_000);
        for (const { values, row } of allEntries(process, index)) heir.rows.set(row, values);
        heir.check();
        for (let n = 0; n < 400; n++) heir.insert([1, `${'x'.repeat(700)}${(n * 41) % 400}`]);
        heir.check();
        const incomplete = pagesOf(process, index.file).filter((page) => page.readUInt16LE(8188) & 0x80);
        expect(incomplete.length, 'incomplete splits').to.equal(0);
        commit(process);
      }
    }));
});
