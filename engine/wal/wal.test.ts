import { expect } from 'chai';
import fc from 'fast-check';
import { dir } from 'tmp-promise';
import { INVALID_LSN, type Lsn } from '../base/lsn.js';
import { xid } from '../base/xid.js';
import { openRealOs } from '../os/real-os.js';
import type { RecordDraft, WalRecord } from './record.js';
import type { WalReader } from './reader.js';
import { Rmgr } from './rmgr-ids.js';
import { blockReference, dataPage, noop, openReader, smallContext, smallSettings, startLog } from './testing.js';

async function withDirectory(body: (path: string) => void | Promise<void>): Promise<void> {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  try {
    await body(path);
  } finally {
    await cleanup();
  }
}

/** All records from `first` on, then the reason for the end. */
function readAll(reader: WalReader, first: Lsn): { records: WalRecord[]; end: string; at: Lsn } {
  const records: WalRecord[] = [];
  for (let result = reader.read(first); ; result = reader.next()) {
    if (!('record' in result)) return { records, end: result.kind, at: result.at };
    records.push(result.record);
  }
}

const anyBytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.tuple(fc.nat(maxLength), fc.nat(255)).map(([length, seed]) => Buffer.alloc(length, seed || 'x'));

const anyDraft: fc.Arbitrary<RecordDraft> = fc
  .record({
    bytes: fc.oneof({ weight: 6, arbitrary: anyBytes(600) }, { weight: 1, arbitrary: anyBytes(120_000) }),
    id: fc.nat(0xffff_ffff),
    blocks: fc.array(
      fc.record({ data: anyBytes(300), standard: fc.boolean(), forceImage: fc.boolean(), keepData: fc.boolean() }),
      { maxLength: 3 },
    ),
  })
  .map(({ bytes, id, blocks }) => ({
    rmgr: Rmgr.heap,
    info: 0x20,
    xid: xid(id),
    data: [bytes],
    blocks: blocks.map(({ data, ...flags }, index) =>
      blockReference(index, { ...flags, data: [data], page: dataPage(1e12 as Lsn, 100 + index, 5000) }),
    ),
  }));

describe('Wal', () => {
  it('reads back what it wrote, across pages and segments, with a ring of four pages', async () => {
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings());
      const { wal, first } = startLog(context);
      const inserted: { draft: RecordDraft; lsn: Lsn; end: Lsn }[] = [];
      const property = fc.property(fc.array(anyDraft, { maxLength: 20 }), (drafts) => {
        for (const draft of drafts) {
          const end = wal.insert(draft);
          inserted.push({ draft, lsn: wal.lastInsertStart, end });
        }
      });
      fc.assert(property, { numRuns: 60, seed: 7 });
      wal.flush(wal.insertLsn());
    });
  });
});
