import { type Lsn, writeLsn } from '../../engine/base/lsn.js';
import { LogEnds } from '../../engine/wal/end-of-log.js';
import { LONG_HEADER_BYTES, PageHeader, WAL_PAGE_BYTES } from '../../engine/wal/page-format.js';
import { PageWindow } from '../../engine/wal/page-window.js';
import { WalReader } from '../../engine/wal/reader.js';
import { align8 } from '../../engine/wal/record-format.js';
import { recycledLog } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W6',
  title: "a recycled segment's old records are accepted: no page address and no link to the previous record is checked",
  precedent: 'RocksDB 9.2.0',
  tier: 'power',
  invariants: [
    'durability',
    'atomicity',
    'no-resurrection',
    'async-loss',
    'serves-again',
    'page-structure',
    'recovery-idempotence',
  ],
  powerFocus: recycledLog,
};

interface Self {
  window: PageWindow;
  broken: number;
  readAt(position: number): unknown;
}

/** As readers of logs without addresses do, it passes over the rest of a record that began on a page before. */
export function install(): void {
  replaceMethod(WalReader, 'verifyHeader', () => () => undefined);
  replaceMethod(
    PageWindow,
    'verifyHeader',
    (original: (bytes: Buffer, at: number, address: Lsn) => void) =>
      function (bytes, at, address) {
        const header = Buffer.from(bytes.subarray(at, at + LONG_HEADER_BYTES));
        writeLsn(header, PageHeader.address, address);
        original.call(this, header, 0, address);
      },
  );
  replaceMethod(
    WalReader,
    'readAt',
    (original: (position: number) => unknown) =>
      function (this: Self, position) {
        try {
          return original.call(this, position);
        } catch (thrown) {
          const isRest = thrown instanceof LogEnds && thrown.kind === 'contrecord' && this.broken === 0;
          if (!isRest) throw thrown;
          return this.readAt(behindTheRest(this.window, position as Lsn));
        }
      },
  );
}

function behindTheRest(window: PageWindow, position: Lsn): number {
  const page = (position - (position % WAL_PAGE_BYTES)) as Lsn;
  const at = window.page(page, LONG_HEADER_BYTES);
  return page + Math.min(WAL_PAGE_BYTES, window.headerBytes(at) + align8(window.remaining(at)));
}
