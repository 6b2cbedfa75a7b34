import { expect } from 'chai';
import fc from 'fast-check';
import { PgError } from '../base/errors.js';
import type { Lsn } from '../base/lsn.js';
import { xid } from '../base/xid.js';
import { openRealOs } from '../os/real-os.js';
import type { BlockReference, RecordDraft, WalRecord } from './record.js';
import { Rmgr, XlogInfo } from './rmgr-ids.js';
import {
  blockReference,
  dataPage,
  noop,
  openReader,
  readAll,
  restartLog,
  smallContext,
  smallSettings,
  SMALL_CONFIG,
  startLog,
  withDirectory,
} from './testing/small-log.js';
import { Wal } from './wal.js';

const anyBytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.tuple(fc.nat(maxLength), fc.nat(255)).map(([length, seed]) => Buffer.alloc(length, seed + 1));

const anyBlock = fc.record({
  data: anyBytes(300),
  standard: fc.boolean(),
  forceImage: fc.boolean(),
  keepData: fc.boolean(),
  willInit: fc.boolean(),
});

const anyDraft: fc.Arbitrary<RecordDraft> = fc
  .record({
    data: fc.oneof({ weight: 9, arbitrary: anyBytes(600) }, { weight: 1, arbitrary: anyBytes(60_000) }),
    id: fc.nat(0xffff_ffff),
    blocks: fc.array(anyBlock, { maxLength: 3 }),
  })
  .map(({ data, id, blocks }) => ({
    rmgr: Rmgr.heap,
    info: 0x20,
    xid: xid(id),
    data: [data.subarray(0, 5), data.subarray(5)],
    blocks: blocks.map(({ data: blockData, ...flags }, index) =>
      blockReference(2 * index, { ...flags, data: [blockData], page: dataPage(1e12 as Lsn, 100 + index, 5000) }),
    ),
  }));

function expectBlock(wanted: BlockReference, found: WalRecord['blocks'][number]): void {
  const { id, file, fork, block } = found;
  expect({ id, file, fork, block }).to.deep.equal({
    id: wanted.id,
    file: wanted.file,
    fork: wanted.fork,
    block: wanted.block,
  });
  expect(found.willInit).to.equal(wanted.willInit === true);
  expect(found.hasImage).to.equal(wanted.forceImage === true);
  const data = Buffer.concat(wanted.data!);
  const isLogged = data.length > 0 && (!found.hasImage || wanted.keepData === true);
  expect(found.data?.toString('hex')).to.equal(isLogged ? data.toString('hex') : undefined);
  if (!found.hasImage) return;
  const page = Buffer.alloc(8192, 0xee);
  found.restoreImage(page);
  expect(page.equals(wanted.page!)).to.equal(true);
  expect(found.imageBytes).to.equal(wanted.standard === true ? 8192 - 4900 + wanted.id / 2 : 8192);
}

function expectRecord(wanted: { draft: RecordDraft; lsn: Lsn; end: Lsn }, found: WalRecord): void {
  expect([found.lsn, found.endLsn]).to.deep.equal([wanted.lsn, wanted.end]);
  const { rmgr, info, xid: id } = wanted.draft;
  expect([found.rmgr, found.info, found.xid]).to.deep.equal([rmgr, info, id ?? 0]);
  expect(found.data.equals(Buffer.concat(wanted.draft.data))).to.equal(true);
  const blocks = wanted.draft.blocks ?? [];
  expect(found.blocks.length).to.equal(blocks.length);
  blocks.forEach((block, index) => expectBlock(block, found.blocks[index]));
}

/** The images that records of one block carry, when the page has LSN `pageLsn`. */
function hasImage(wal: Wal, context: Parameters<typeof openReader>[0], pageLsn: Lsn): boolean {
  const block = blockReference(0, { page: dataPage(pageLsn), standard: true });
  wal.flush(wal.insert({ rmgr: Rmgr.heap, info: 0, data: [], blocks: [block] }));
  const result = openReader(context).read(wal.lastInsertStart);
  return 'record' in result && result.record.blocks[0].hasImage;
}

/** Inserts records that end at `target`, or little behind it when a page header comes between. */
function fillUpTo(wal: Wal, target: Lsn): void {
  for (let room = target - wal.insertLsn(); room > 0; room = target - wal.insertLsn()) {
    wal.insert(noop(Buffer.alloc(room > 280 ? 200 : Math.max(0, room - 26))));
  }
}

describe('Wal', () => {
  for (const walBuffers of ['4', '32']) {
    it(`reads back what it wrote, across pages and segments, with ${walBuffers} WAL buffers`, async () => {
      await withDirectory((path) => {
        const context = smallContext(openRealOs(), path, smallSettings({ wal_buffers: walBuffers }));
        const { wal, first } = startLog(context);
        const inserted: { draft: RecordDraft; lsn: Lsn; end: Lsn }[] = [];
        const drafts = fc.sample(anyDraft, { numRuns: 700, seed: 11 });
        for (const draft of drafts) {
          const end = wal.insert(draft);
          inserted.push({ draft, lsn: wal.lastInsertStart, end });
        }
        wal.flush(wal.insertLsn());
        const { records, end } = readAll(openReader(context, SMALL_CONFIG, { keepRecords: true }), first);
        expect(records.length).to.equal(1 + inserted.length);
        inserted.forEach((wanted, index) => expectRecord(wanted, records[index + 1]));
        records.slice(1).forEach((record, index) => expect(record.previous).to.equal(records[index].lsn));
        expect(end.at).to.equal(inserted[inserted.length - 1].end);
        expect(wal.insertLsn()).to.be.greaterThan(3 * SMALL_CONFIG.segmentBytes);
      });
    });
  }

  it('goes on in the middle of a page, at a page boundary and at a segment boundary', async () => {
    await withDirectory((path) => {
      const os = openRealOs();
      let context = smallContext(os, path, smallSettings());
      const { wal: original, first } = startLog(context);
      let wal = original;
      const { segmentBytes } = SMALL_CONFIG;
      for (const target of [
        5000,
        8192,
        8192 * 3 - 64,
        8192 * 5,
        segmentBytes - 8192,
        segmentBytes,
        segmentBytes + 90,
      ]) {
        fillUpTo(wal, (segmentBytes + target) as Lsn);
        wal.flush(wal.insertLsn());
        context.memory.arena.memory.clear();
        context = smallContext(os, path, smallSettings());
        wal = restartLog(context, first);
        expect(wal.flushLsn() - segmentBytes).to.be.within(target, target % 8192 === 0 ? target : target + 47);
        const end = wal.insert(noop(Buffer.from('after the restart')));
        wal.flush(end);
        expect(readAll(openReader(context), first).end.at).to.equal(end);
      }
    });
  });

  it('takes an image of a page with its first change after the redo point only', async () => {
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings());
      const { wal } = startLog(context);
      const old = wal.redoLsn();
      expect(hasImage(wal, context, old)).to.equal(true);
      expect(hasImage(wal, context, (old + 8) as Lsn)).to.equal(false);
      const redo = wal.withAllInsertLocks(() => {
        wal.setRedoLsn(wal.currentInsertPosition());
        return wal.redoLsn();
      });
      expect(hasImage(wal, context, redo)).to.equal(true);
      expect(hasImage(wal, context, (redo + 8) as Lsn)).to.equal(false);
      wal.withAllInsertLocks(() => wal.setFullPageWrites(false));
      expect(hasImage(wal, context, old)).to.equal(false);
    });
  });

  it('decides again when the redo point moves between assembling a record and inserting it', async () => {
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings());
      const { wal } = startLog(context);
      const page = dataPage(wal.insert(noop(Buffer.alloc(8))));
      let calls = 0;
      const draft: RecordDraft = {
        rmgr: Rmgr.heap,
        info: 0,
        data: [],
        blocks: [blockReference(0, { page })],
        get xid() {
          if (calls++ === 0) wal.withAllInsertLocks(() => wal.setRedoLsn(wal.currentInsertPosition()));
          return xid(5);
        },
      };
      wal.flush(wal.insert(draft));
      const result = openReader(context).read(wal.lastInsertStart);
      expect('record' in result && result.record.blocks[0].hasImage).to.equal(true);
      expect(calls).to.equal(2);
    });
  });

  it('switches segments, and has nothing to switch at the start of one', async () => {
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings());
      const { wal, first } = startLog(context);
      wal.insert(noop(Buffer.alloc(100)));
      const start = wal.insertLsn();
      expect(wal.switchSegment()).to.equal(start + 24);
      expect(wal.flushLsn()).to.equal(2 * SMALL_CONFIG.segmentBytes);
      expect(wal.switchSegment()).to.equal(2 * SMALL_CONFIG.segmentBytes);
      wal.flush(wal.insert(noop(Buffer.alloc(100))));
      const { records } = readAll(openReader(context, SMALL_CONFIG, { keepRecords: true }), first);
      expect(records.map(({ info }) => info)).to.deep.equal([
        XlogInfo.noop,
        XlogInfo.noop,
        XlogInfo.switch,
        XlogInfo.noop,
      ]);
      expect(records[2].endLsn).to.equal(2 * SMALL_CONFIG.segmentBytes);
    });
  });

  it('several of it share one log', async () => {
    await withDirectory((path) => {
      const os = openRealOs();
      const context = smallContext(os, path, smallSettings());
      const { wal, first } = startLog(context);
      const wals = [wal, new Wal(context, SMALL_CONFIG), new Wal(context, SMALL_CONFIG)];
      const ends: Lsn[] = [];
      for (let i = 0; i < 3000; i++) {
        const end = wals[i % 3].insert(noop(Buffer.alloc((i * 13) % 900, i)));
        ends.push(end);
        if (i % 100 === 0) wals[(i + 1) % 3].flush(end);
      }
      wals[1].flush(ends[ends.length - 1]);
      const { records } = readAll(openReader(context, SMALL_CONFIG, { keepRecords: true }), first);
      expect(records.slice(1).map(({ endLsn }) => endLsn)).to.deep.equal(ends);
    });
  });

  it('refuses records during recovery, and records that no reader could hold', async () => {
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings());
      expect(() => new Wal(context, SMALL_CONFIG).insert(noop(Buffer.alloc(1)))).to.throw('during recovery');
      const { wal } = startLog(context);
      const chunk = Buffer.alloc(64 * 1024 * 1024);
      const huge = { ...noop(chunk), data: Array.from({ length: 17 }, () => chunk) };
      expect(() => wal.insert(huge))
        .to.throw(PgError, 'oversized WAL record')
        .with.property('severity', 'ERROR');
      wal.flush(wal.insert(noop(Buffer.alloc(1))));
    });
  });
});
