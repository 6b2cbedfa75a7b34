import { u16, u32 } from '../base/bytes.js';
import { BLOCK_BYTES, REL_FILE_BYTES, readRelFile, type BlockNumber, type Fork, type RelFile } from '../base/block.js';
import { error } from '../base/errors.js';
import { formatLsn, readLsn, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { Xid } from '../base/xid.js';
import { LogEnds } from './end-of-log.js';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_ID_DATA_LONG,
  BLOCK_ID_DATA_SHORT,
  BLOCK_ID_ORIGIN,
  BLOCK_ID_TOP_XID,
  BlockFlag,
  IMAGE_HEADER_BYTES,
  ImageFlag,
  MAX_BLOCK_ID,
  RecordHeader,
} from './record-format.js';
import type { DecodedBlock, WalRecord } from './record.js';

/** Takes a record whose checksum fits apart (access/transam/xlogreader.c, DecodeXLogRecord). All buffers are views. */

const EMPTY: Buffer = Buffer.alloc(0);
const NO_BLOCKS: readonly DecodedBlock[] = [];
const ORIGIN_BYTES = 3;
const TOP_XID_BYTES = 5;

class Block implements DecodedBlock {
  data: Buffer | undefined = undefined;
  image: Buffer = EMPTY;
  imageBytes = 0;
  holeOffset = 0;
  holeBytes = 0;
  imageFlags = 0;
  dataBytes = 0;
  file!: RelFile;
  block!: BlockNumber;

  constructor(
    readonly id: number,
    private readonly forkFlags: number,
  ) {}

  get fork(): Fork {
    return (this.forkFlags & BlockFlag.forkMask) as Fork;
  }

  get hasImage(): boolean {
    return (this.forkFlags & BlockFlag.hasImage) !== 0;
  }

  get hasData(): boolean {
    return (this.forkFlags & BlockFlag.hasData) !== 0;
  }

  get applyImage(): boolean {
    return (this.imageFlags & ImageFlag.apply) !== 0;
  }

  get willInit(): boolean {
    return (this.forkFlags & BlockFlag.willInit) !== 0;
  }

  restoreImage(into: Buffer): void {
    if (this.imageFlags & ImageFlag.compressed) {
      throw error(SqlState.featureNotSupported, 'compressed full-page images are not supported');
    }
    this.image.copy(into, 0, 0, this.holeOffset);
    into.fill(0, this.holeOffset, this.holeOffset + this.holeBytes);
    this.image.copy(into, this.holeOffset + this.holeBytes, this.holeOffset);
  }
}

/** Bytes `at` to `at + length` hold the whole record; its header has been verified. */
export function decodeRecord(
  bytes: Buffer,
  at: number,
  length: number,
  lsn: Lsn,
  endLsn: Lsn,
  overwritten: Lsn,
): WalRecord {
  const body = new RecordBody(bytes, at + RecordHeader.bytes, at + length, lsn);
  body.decode();
  return {
    lsn,
    endLsn,
    previous: readLsn(bytes, at + RecordHeader.previous),
    xid: u32(bytes, at + RecordHeader.xid) as Xid,
    rmgr: bytes[at + RecordHeader.rmgr],
    info: bytes[at + RecordHeader.info],
    totalBytes: length,
    data: body.data,
    blocks: body.blocks,
    overwritten,
  };
}

class RecordBody {
  blocks: readonly DecodedBlock[] = NO_BLOCKS;
  data: Buffer = EMPTY;
  private mutableBlocks: Block[] | undefined;
  private dataBytes = 0;
  /** Bytes of contents that the headers read so far speak of. */
  private contents = 0;

  constructor(
    private readonly bytes: Buffer,
    private at: number,
    private readonly end: number,
    private readonly lsn: Lsn,
  ) {}

  decode(): void {
    while (this.end - this.at > this.contents) this.readHeader();
    if (this.end - this.at !== this.contents) throw this.shortRecord();
    if (this.mutableBlocks !== undefined) {
      for (const block of this.mutableBlocks) this.cutContents(block);
      this.blocks = this.mutableBlocks;
    }
    if (this.dataBytes > 0) this.data = this.cut(this.dataBytes);
  }

  private readHeader(): void {
    const id = this.bytes[this.at];
    if (id <= MAX_BLOCK_ID) this.readBlockHeader(id);
    else if (id === BLOCK_ID_DATA_SHORT) this.readDataHeader(this.bytes[this.need(2) + 1], 2);
    else if (id === BLOCK_ID_DATA_LONG) this.readDataHeader(u32(this.bytes, this.need(5) + 1), 5);
    else if (id === BLOCK_ID_ORIGIN) this.at = this.need(ORIGIN_BYTES) + ORIGIN_BYTES;
    else if (id === BLOCK_ID_TOP_XID) this.at = this.need(TOP_XID_BYTES) + TOP_XID_BYTES;
    else throw this.contradiction(`invalid block_id ${id}`);
  }

  /** Main data comes last: its header ends the headers. */
  private readDataHeader(dataBytes: number, headerBytes: number): void {
    this.at += headerBytes;
    this.dataBytes = dataBytes;
    this.contents += dataBytes;
    if (this.end - this.at !== this.contents) throw this.shortRecord();
  }

  private readBlockHeader(id: number): void {
    const blocks = (this.mutableBlocks ??= []);
    const previous = blocks[blocks.length - 1];
    if (previous !== undefined && id <= previous.id) throw this.contradiction(`out-of-order block_id ${id}`);
    const at = this.need(BLOCK_HEADER_BYTES);
    const flags = this.bytes[at + 1];
    const block = new Block(id, flags);
    block.dataBytes = u16(this.bytes, at + 2);
    if (block.hasData !== block.dataBytes > 0)
      throw this.contradiction(`BKPBLOCK_HAS_DATA contradicts data length ${block.dataBytes}`);
    this.at = at + BLOCK_HEADER_BYTES;
    if (block.hasImage) this.readImageHeader(block);
    if (flags & BlockFlag.sameRelation) {
      if (previous === undefined) throw this.contradiction('BKPBLOCK_SAME_REL set but no previous rel');
      block.file = previous.file;
    } else {
      block.file = this.readFile();
    }
    block.block = u32(this.bytes, this.need(4)) as BlockNumber;
    this.at += 4;
    this.contents += block.imageBytes + block.dataBytes;
    blocks.push(block);
  }

  private readFile(): RelFile {
    const at = this.need(REL_FILE_BYTES);
    this.at = at + REL_FILE_BYTES;
    return readRelFile(this.bytes, at);
  }

  private readImageHeader(block: Block): void {
    const at = this.need(IMAGE_HEADER_BYTES);
    block.imageBytes = u16(this.bytes, at);
    block.holeOffset = u16(this.bytes, at + 2);
    block.imageFlags = this.bytes[at + 4];
    this.at = at + IMAGE_HEADER_BYTES;
    const hasHole = (block.imageFlags & ImageFlag.hasHole) !== 0;
    if (block.imageFlags & ImageFlag.compressed) {
      if (hasHole) this.at = this.need(2) + 2;
      return;
    }
    block.holeBytes = BLOCK_BYTES - block.imageBytes;
    const isConsistent = hasHole
      ? block.holeOffset > 0 && block.holeBytes > 0 && block.holeOffset + block.holeBytes <= BLOCK_BYTES
      : block.holeOffset === 0 && block.holeBytes === 0;
    if (!isConsistent) {
      throw this.contradiction(
        `hole offset ${block.holeOffset} length ${block.holeBytes} contradicts the image's flags`,
      );
    }
  }

  private cutContents(block: Block): void {
    if (block.hasImage) block.image = this.cut(block.imageBytes);
    if (block.dataBytes > 0) block.data = this.cut(block.dataBytes);
  }

  private cut(bytes: number): Buffer {
    const from = this.at;
    this.at += bytes;
    return this.bytes.subarray(from, this.at);
  }

  /** The current offset, after making sure that `bytes` more exist. */
  private need(bytes: number): number {
    if (this.end - this.at < bytes) throw this.shortRecord();
    return this.at;
  }

  private shortRecord(): LogEnds {
    return new LogEnds('contents', `record with invalid length at ${formatLsn(this.lsn)}`);
  }

  private contradiction(what: string): LogEnds {
    return new LogEnds('contents', `${what} at ${formatLsn(this.lsn)}`);
  }
}
