import { u16, u32 } from '../base/bytes.js';
import { formatLsn, readLsn, type Lsn } from '../base/lsn.js';
import { LogEnds } from './end-of-log.js';
import {
  LONG_HEADER_BYTES,
  PageHeader,
  PageInfo,
  SHORT_HEADER_BYTES,
  WAL_PAGE_BYTES,
  WAL_PAGE_MAGIC,
} from './page-format.js';
import { segmentOf, walFileName } from './segment-names.js';
import type { WalSource } from './wal-source.js';

const FIRST_RUN_BYTES = 8 * 1024;

/**
 * A run of the log's pages in memory, each verified before it is used (XLogReaderValidatePageHeader). Each run read is
 * twice as long as the one before, so that a short log costs little and a long one few calls.
 */
export class PageWindow {
  /** The pages; valid at the offsets that `page` returned since the last time this changed. */
  bytes: Buffer = Buffer.alloc(0);
  private runBytes: number;
  private start = 0;
  private validBytes = 0;
  private verifiedPage = -1;
  private verifiedSegment = -1;
  private latestPage = -1;
  private latestTimeline = 0;

  constructor(
    private readonly source: WalSource,
    private readonly segmentBytes: number,
    private readonly systemIdentifier: bigint | undefined,
    private readonly windowBytes: number,
    /** A new buffer for every run, so that views into the old ones keep their contents. */
    private readonly isKept: boolean,
  ) {
    this.runBytes = Math.min(FIRST_RUN_BYTES, windowBytes);
  }

  /** Offset in `bytes` of the page that starts at `address`, of which `needed` bytes exist. Throws LogEnds. */
  page(address: Lsn, needed: number): number {
    if (address < this.start || address + needed > this.start + this.validBytes) this.fill(address, needed);
    const at = address - this.start;
    if (address !== this.verifiedPage) this.verify(address, at);
    return at;
  }

  headerBytes(at: number): number {
    return this.info(at) & PageInfo.longHeader ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  }

  info(at: number): number {
    return u16(this.bytes, at + PageHeader.info);
  }

  remaining(at: number): number {
    return u32(this.bytes, at + PageHeader.remaining);
  }

  /** Forgets what was read: the log may have grown. */
  forget(): void {
    this.validBytes = 0;
    this.verifiedPage = -1;
    this.verifiedSegment = -1;
  }

  private fill(address: Lsn, needed: number): void {
    this.verifySegment(address);
    const untilSegmentEnd = this.segmentBytes - (address % this.segmentBytes);
    const length = Math.min(this.runBytes, untilSegmentEnd);
    this.runBytes = Math.min(2 * this.runBytes, this.windowBytes);
    if (this.isKept || this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(length);
    this.start = address;
    this.validBytes = 0;
    this.verifiedPage = -1;
    this.validBytes = this.readFrom(address, this.bytes.subarray(0, length), needed);
  }

  private readFrom(address: Lsn, target: Buffer, needed: number): number {
    const count = this.source.read(address, target);
    if (count < 0) throw new LogEnds('missing-segment', `could not open file "${this.name(address)}": no such file`);
    if (count < needed) {
      const offset = address % this.segmentBytes;
      throw new LogEnds(
        'short-segment',
        `could not read from log segment ${this.name(address)}, offset ${offset}: read ${count} of ${needed}`,
      );
    }
    return count;
  }

  /** Whose segment it is stands on its first page alone. */
  private verifySegment(address: Lsn): void {
    const segment = segmentOf(address, this.segmentBytes);
    if (segment === this.verifiedSegment) return;
    const first = (segment * this.segmentBytes) as Lsn;
    if (address !== first) {
      const header = Buffer.alloc(LONG_HEADER_BYTES);
      this.readFrom(first, header, LONG_HEADER_BYTES);
      this.verifyHeader(header, 0, first);
    }
    this.verifiedSegment = segment;
  }

  private verify(address: Lsn, at: number): void {
    this.verifyHeader(this.bytes, at, address);
    this.verifyTimeline(address, u32(this.bytes, at + PageHeader.timeline));
    this.verifiedPage = address;
  }

  private verifyHeader(bytes: Buffer, at: number, address: Lsn): void {
    const magic = u16(bytes, at + PageHeader.magic);
    if (magic !== WAL_PAGE_MAGIC) throw this.invalid(`invalid magic number ${hex4(magic)}`, address);
    const info = u16(bytes, at + PageHeader.info);
    const isLong = (info & PageInfo.longHeader) !== 0;
    const shouldBeLong = address % this.segmentBytes === 0;
    if ((info & ~PageInfo.all) !== 0 || (shouldBeLong && !isLong)) {
      throw this.invalid(`invalid info bits ${hex4(info)}`, address);
    }
    if (isLong) this.verifyLongHeader(bytes, at);
    const found = readLsn(bytes, at + PageHeader.address);
    if (found !== address) throw this.invalid(`unexpected pageaddr ${formatLsn(found)}`, address);
  }

  private verifyLongHeader(bytes: Buffer, at: number): void {
    const system = bytes.readBigUInt64LE(at + PageHeader.systemIdentifier);
    const different = 'WAL file is from different database system: ';
    if (this.systemIdentifier !== undefined && system !== this.systemIdentifier) {
      const ids = `${system}, pg_control database system identifier is ${this.systemIdentifier}`;
      throw new LogEnds('page-header', `${different}WAL file database system identifier is ${ids}`);
    }
    if (u32(bytes, at + PageHeader.segmentBytes) !== this.segmentBytes) {
      throw new LogEnds('page-header', `${different}incorrect segment size in page header`);
    }
    if (u32(bytes, at + PageHeader.pageBytes) !== WAL_PAGE_BYTES) {
      throw new LogEnds('page-header', `${different}incorrect XLOG_BLCKSZ in page header`);
    }
  }

  /** Along the log, timelines only rise. */
  private verifyTimeline(address: Lsn, timeline: number): void {
    if (address > this.latestPage && timeline < this.latestTimeline) {
      throw this.invalid(`out-of-sequence timeline ID ${timeline} (after ${this.latestTimeline})`, address);
    }
    this.latestPage = address;
    this.latestTimeline = timeline;
  }

  private invalid(what: string, address: Lsn): LogEnds {
    const offset = address % this.segmentBytes;
    return new LogEnds('page-header', `${what} in log segment ${this.name(address)}, offset ${offset}`);
  }

  private name(address: Lsn): string {
    const timeline = this.latestTimeline || 1;
    return walFileName(timeline, segmentOf(address, this.segmentBytes), this.segmentBytes);
  }
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
