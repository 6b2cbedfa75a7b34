import { setU16, setU32, u16, u32 } from '../base/bytes.js';
import { BLOCK_BYTES, REL_FILE_BYTES, writeRelFile, type RelFile } from '../base/block.js';
import { crc32c } from '../base/crc32c.js';
import { assert, error } from '../base/errors.js';
import { writeLsn, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_ID_DATA_LONG,
  BLOCK_ID_DATA_SHORT,
  BlockFlag,
  IMAGE_HEADER_BYTES,
  ImageFlag,
  MAX_BLOCK_HEADER_BYTES,
  MAX_BLOCK_ID,
  MAX_RECORD_BYTES,
  RecordHeader,
} from './record-format.js';
import type { BlockReference, RecordDraft } from './record.js';

/**
 * Builds records (access/transam/xloginsert.c, XLogRecordAssemble): decides which blocks need a full-page image and lays
 * the record out in one piece, all but its place in the log: `seal` adds that.
 *
 * One record at a time, in a scratch buffer that only an unusually long record outgrows.
 */
const SCRATCH_BYTES = 32 * 1024;
const LONG_DATA_HEADER_BYTES = 5;
const PAGE_HEADER_BYTES = 24;
const PD_LOWER = 12;
const PD_UPPER = 14;

function totalLength(parts: readonly Buffer[]): number {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return bytes;
}

/** A page stores its LSN as two 32-bit halves, the high one first. */
function pageLsn(page: Buffer): Lsn {
  return (u32(page, 0) * 0x1_0000_0000 + u32(page, 4)) as Lsn;
}

const NO_PARTS: readonly Buffer[] = [];

/** Where the bytes of a block's page that its image leaves out begin, and how many they are. */
interface Hole {
  offset: number;
  bytes: number;
}

export class RecordAssembler {
  /** The record is bytes[0, length). */
  bytes: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  length = 0;
  imageCount = 0;
  /** The lowest LSN of a page that got no image because it is newer than the redo point, 0 for none (fpw_lsn). */
  oldestWithoutImage = 0 as Lsn;

  private readonly scratch = this.bytes;
  private readonly holes: Hole[] = [];
  private crc = 0;

  /** Images are taken of pages not changed since `redo`, unless `fullPageWrites` is off. */
  assemble(draft: RecordDraft, redo: Lsn, fullPageWrites: boolean): void {
    const blocks = draft.blocks;
    this.reserve(draft);
    this.imageCount = 0;
    this.oldestWithoutImage = 0 as Lsn;
    let at: number = RecordHeader.bytes;
    if (blocks !== undefined) at = this.writeBlockHeaders(blocks, at, redo, fullPageWrites);
    at = this.writeDataHeader(totalLength(draft.data), at);
    if (blocks !== undefined) at = this.writeBlockContents(blocks, at);
    this.length = this.append(draft.data, at);
    this.writeHeader(draft);
  }

  /** Fills in where the previous record starts, and the checksum. */
  seal(previous: Lsn): void {
    const { bytes } = this;
    writeLsn(bytes, RecordHeader.previous, previous);
    setU32(bytes, RecordHeader.crc, crc32c(bytes, 0, RecordHeader.crc, this.crc));
  }

  private reserve(draft: RecordDraft): void {
    let most = RecordHeader.bytes + LONG_DATA_HEADER_BYTES + totalLength(draft.data);
    for (const block of draft.blocks ?? []) {
      most += MAX_BLOCK_HEADER_BYTES + BLOCK_BYTES + totalLength(block.data ?? NO_PARTS);
    }
    if (most > MAX_RECORD_BYTES) {
      throw error(SqlState.programLimitExceeded, 'oversized WAL record', {
        detail: `WAL record would be ${most} bytes long (of maximum ${MAX_RECORD_BYTES} bytes).`,
      });
    }
    this.bytes = most <= SCRATCH_BYTES ? this.scratch : Buffer.allocUnsafeSlow(most);
  }

  private writeBlockHeaders(
    blocks: readonly BlockReference[],
    start: number,
    redo: Lsn,
    fullPageWrites: boolean,
  ): number {
    let at = start;
    let previousFile: RelFile | undefined;
    let previousId = -1;
    for (let i = 0; i < blocks.length; i++) {
      const block = blocks[i];
      assert(block.id > previousId && block.id <= MAX_BLOCK_ID, () => `block id ${block.id} out of order`);
      at = this.writeBlockHeader(block, i, at, previousFile, this.needsImage(block, redo, fullPageWrites));
      previousFile = block.file;
      previousId = block.id;
    }
    return at;
  }

  private needsImage(block: BlockReference, redo: Lsn, fullPageWrites: boolean): boolean {
    if (block.forceImage === true) return true;
    if (block.noImage === true || block.willInit === true || !fullPageWrites) return false;
    assert(block.page, 'a block without its page can have no image');
    const changedAt = pageLsn(block.page);
    if (changedAt <= redo) return true;
    if (this.oldestWithoutImage === 0 || changedAt < this.oldestWithoutImage) this.oldestWithoutImage = changedAt;
    return false;
  }

  private writeBlockHeader(
    block: BlockReference,
    index: number,
    start: number,
    previousFile: RelFile | undefined,
    withImage: boolean,
  ): number {
    const { bytes } = this;
    const { file } = block;
    const dataBytes = this.loggedDataBytes(block, withImage);
    const isSameFile =
      previousFile !== undefined &&
      previousFile.relation === file.relation &&
      previousFile.database === file.database &&
      previousFile.tablespace === file.tablespace;
    bytes[start] = block.id;
    bytes[start + 1] =
      block.fork |
      (withImage ? BlockFlag.hasImage : 0) |
      (dataBytes > 0 ? BlockFlag.hasData : 0) |
      (block.willInit === true ? BlockFlag.willInit : 0) |
      (isSameFile ? BlockFlag.sameRelation : 0);
    setU16(bytes, start + 2, dataBytes);
    let at = start + BLOCK_HEADER_BYTES;
    const hole = (this.holes[index] ??= { offset: 0, bytes: 0 });
    hole.bytes = -1;
    if (withImage) at = this.writeImageHeader(block, hole, at);
    if (!isSameFile) {
      writeRelFile(bytes, at, file);
      at += REL_FILE_BYTES;
    }
    setU32(bytes, at, block.block);
    return at + 4;
  }

  /** An image makes the block's own data superfluous, unless the caller wants both. */
  private loggedDataBytes(block: BlockReference, withImage: boolean): number {
    if (block.data === undefined || (withImage && block.keepData !== true)) return 0;
    const bytes = totalLength(block.data);
    assert(bytes <= 0xffff, () => `${bytes} bytes of data for one block of a WAL record`);
    return bytes;
  }

  private writeImageHeader(block: BlockReference, hole: Hole, at: number): number {
    const page = block.page;
    assert(page, 'a forced image needs its page');
    hole.offset = 0;
    hole.bytes = 0;
    if (block.standard === true) {
      const lower = u16(page, PD_LOWER);
      const upper = u16(page, PD_UPPER);
      if (lower >= PAGE_HEADER_BYTES && upper > lower && upper <= BLOCK_BYTES) {
        hole.offset = lower;
        hole.bytes = upper - lower;
      }
    }
    setU16(this.bytes, at, BLOCK_BYTES - hole.bytes);
    setU16(this.bytes, at + 2, hole.offset);
    this.bytes[at + 4] = ImageFlag.apply | (hole.bytes > 0 ? ImageFlag.hasHole : 0);
    this.imageCount++;
    return at + IMAGE_HEADER_BYTES;
  }

  private writeDataHeader(dataBytes: number, at: number): number {
    if (dataBytes === 0) return at;
    if (dataBytes > 255) {
      this.bytes[at] = BLOCK_ID_DATA_LONG;
      setU32(this.bytes, at + 1, dataBytes);
      return at + LONG_DATA_HEADER_BYTES;
    }
    this.bytes[at] = BLOCK_ID_DATA_SHORT;
    this.bytes[at + 1] = dataBytes;
    return at + 2;
  }

  private writeBlockContents(blocks: readonly BlockReference[], start: number): number {
    let at = start;
    for (let i = 0; i < blocks.length; i++) {
      const { page, data, keepData } = blocks[i];
      const hole = this.holes[i];
      const withImage = hole.bytes >= 0;
      if (withImage) {
        at += page!.copy(this.bytes, at, 0, hole.offset);
        at += page!.copy(this.bytes, at, hole.offset + hole.bytes, BLOCK_BYTES);
      }
      if (data !== undefined && (!withImage || keepData === true)) at = this.append(data, at);
    }
    return at;
  }

  private append(parts: readonly Buffer[], start: number): number {
    let at = start;
    for (const part of parts) at += part.copy(this.bytes, at);
    return at;
  }

  private writeHeader(draft: RecordDraft): void {
    const { bytes, length } = this;
    setU32(bytes, RecordHeader.totalBytes, length);
    setU32(bytes, RecordHeader.xid, draft.xid ?? 0);
    bytes[RecordHeader.info] = draft.info;
    bytes[RecordHeader.rmgr] = draft.rmgr;
    setU16(bytes, RecordHeader.rmgr + 1, 0);
    this.crc = crc32c(bytes, RecordHeader.bytes, length);
  }
}

/** For code that writes a record at a place it knows (the first of a log). */
export function assembleFirstRecord(draft: RecordDraft): Buffer {
  const assembler = new RecordAssembler();
  assembler.assemble(draft, 0 as Lsn, true);
  assembler.seal(0 as Lsn);
  return Buffer.from(assembler.bytes.subarray(0, assembler.length));
}
