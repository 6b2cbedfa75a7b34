import { BLOCK_BYTES, Fork, type BlockNumber } from '../../../base/block.js';
import { setU16 } from '../../../base/bytes.js';
import { PageAt, pageChecksum, setPageLsn } from '../../../storage/page/page.js';
import type { BlockReference } from '../../../wal/record.js';
import { Rmgr, XlogInfo } from '../../../wal/rmgr-ids.js';
import type { BTreeParts } from '../btree-parts.js';
import type { IndexShape } from '../index-shape.js';

/** As many pages as a record takes. */
const BATCH = 32;

interface NewPage {
  readonly block: BlockNumber;
  readonly page: Buffer;
}

/**
 * Writes a new index's pages to its file, past the shared buffers: they would only drive out what others use.
 *
 * Pages are logged whole, many in a record (log_newpage_range), and the log is flushed before they are written. A
 * checkpoint that begins meanwhile knows nothing of them and may let go of the log that has them: so `finish`, before the
 * transaction can commit, makes the file durable (smgrimmedsync). An index whose changes are not logged (wal_level =
 * minimal) waits for that until its transaction commits.
 */
export class NewPages {
  private readonly batch: NewPage[] = [];
  private readonly zeros = Buffer.alloc(BLOCK_BYTES);
  /** Blocks in the file. The metapage is there. */
  private written = 1;
  private allocated = 1;

  constructor(
    private readonly parts: BTreeParts,
    private readonly index: IndexShape,
  ) {}

  /** The number of the next page. Pages may be written in another order. */
  allocate(): BlockNumber {
    return this.allocated++ as BlockNumber;
  }

  /** Takes the page over. */
  write(block: BlockNumber, page: Buffer): void {
    this.batch.push({ block, page });
    if (this.batch.length === BATCH) this.flush();
  }

  finish(): void {
    if (this.batch.length > 0) this.flush();
    const { storage, wal } = this.parts;
    if (!wal.unlogged.has(this.index.file)) storage.files.syncNow(this.index.file, Fork.main);
  }

  private flush(): void {
    const { wal, context } = this.parts;
    context.interrupts.check();
    const blocks = this.batch.map((page, id) => this.reference(page, id));
    const end = wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.fullPageImage, data: [], blocks });
    wal.flush(end);
    for (const { block, page } of this.batch) {
      setPageLsn(page, end);
      setU16(page, PageAt.checksum, pageChecksum(page, block));
      this.writePage(block, page);
    }
    this.batch.length = 0;
  }

  private reference({ block, page }: NewPage, id: number): BlockReference {
    return { id, file: this.index.file, fork: Fork.main, block, page, forceImage: true, standard: true };
  }

  /** A page of an upper level got its number long before it is full; until then its place is taken by zeros. */
  private writePage(block: BlockNumber, page: Buffer): void {
    const { files } = this.parts.storage;
    const { file } = this.index;
    const options = { skipSync: true };
    while (this.written < block) files.extend(file, Fork.main, this.written++ as BlockNumber, this.zeros, options);
    if (this.written > block) return files.write(file, Fork.main, block, page, options);
    files.extend(file, Fork.main, block, page, options);
    this.written++;
  }
}
