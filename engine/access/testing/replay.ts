import { Fork, blockNumber, type RelFile } from '../../base/block.js';
import { lsn, type Lsn } from '../../base/lsn.js';
import { fullXid, xid } from '../../base/xid.js';
import { openRealOs } from '../../os/real-os.js';
import type { WalRecord } from '../../wal/record.js';
import { SMALL_CONFIG, openReader, readAll, smallContext, smallSettings } from '../../wal/testing/small-log.js';
import { Wal } from '../../wal/wal.js';
import { accessResourceManagers } from '../rmgr-table.js';
import { FIRST_TEST_XID, assemble, type TestProcess } from './test-access.js';

/** Where a test's log begins: behind the long header of its second segment's first page. */
export const FIRST_RECORD = lsn(SMALL_CONFIG.segmentBytes + 40);

/** Every record of the log in `process`'s directory from `from` on. */
export function recordsOf({ context, wal }: TestProcess, from: Lsn): WalRecord[] {
  wal.flush(wal.insertLsn());
  return readAll(openReader(context, SMALL_CONFIG, { keepRecords: true }), from).records;
}

/** A process in recovery: its own memory, its log closed. */
export function startRecovery(dataDirectory: string): TestProcess {
  const context = smallContext(openRealOs(), dataDirectory, smallSettings());
  const process = assemble(context, new Wal(context, SMALL_CONFIG));
  process.access.ids.initialise({
    nextFullXid: fullXid(FIRST_TEST_XID),
    nextOid: 16384,
    oldestXid: xid(FIRST_TEST_XID),
    oldestXidDatabase: 1,
  });
  process.access.commitLog.start(xid(FIRST_TEST_XID));
  return process;
}

/** Replays records as recovery does; of the log's own only images. */
export function replay({ access }: TestProcess, records: readonly WalRecord[]): void {
  const managers = new Map(accessResourceManagers.map((manager) => [manager.id, manager]));
  for (const record of records) {
    access.ids.advancePast(record.xid);
    const manager = managers.get(record.rmgr);
    if (manager) manager.redo(record, access.redo);
    else for (const { id } of record.blocks) access.redo.release(access.redo.readBuffer(record, id).buffer);
  }
}

/** A table's pages as this process sees them. */
export function pagesOf({ storage }: TestProcess, file: RelFile): Buffer[] {
  const { buffers } = storage;
  return Array.from({ length: buffers.blocks(file, Fork.main) }, (_, index) => {
    const buffer = buffers.read(file, Fork.main, blockNumber(index));
    const copy = Buffer.from(buffers.page(buffer));
    buffers.release(buffer);
    return copy;
  });
}
