import { formatLsn, readLsn, type Lsn, type TimelineId } from '../../../engine/base/lsn.js';
import {
  PageHeader,
  PageInfo,
  WAL_PAGE_BYTES,
  WAL_PAGE_MAGIC,
  initWalPage,
  pageHeaderBytes,
} from '../../../engine/wal/page-format.js';
import type { EndOfLog } from '../../../engine/wal/end-of-log.js';
import { WalReader } from '../../../engine/wal/reader.js';
import type { WalRecord } from '../../../engine/wal/record.js';
import { align8 } from '../../../engine/wal/record-format.js';
import type { WalSource } from '../../../engine/wal/wal-source.js';
import { recordLine } from './record-line.js';

const DEFAULT_SEGMENT_BYTES = 16 * 1024 * 1024;

/**
 * Says which records each write to the log adds. The log's last page is written again with every flush until it is full:
 * a record is told when it is whole for the first time. One that goes on behind the write is told as soon as its rest
 * has been written.
 */
export class WalDescriber {
  /** By address: each page as it was last written. */
  private readonly pages = new Map<number, Buffer>();
  /** By LSN: records that were told. After a crash the log may go on differently from an earlier place. */
  private readonly told = new Map<number, string>();
  /** By the address of a page: the record that goes on there. */
  private readonly goingOn = new Map<number, Lsn>();
  private segmentBytes = DEFAULT_SEGMENT_BYTES;

  /** What a write of `data` to `offset` of the segment file `name` says. */
  describe(name: string, offset: number, data: Buffer): string[] {
    const first = pageAddress(data);
    if (first === undefined) return [isZeros(data) ? 'zeros' : 'no log page'];
    this.segmentBytes = segmentBytesOf(name, first - offset) ?? this.segmentBytes;
    const end = this.remember(first, data);
    const start = this.startOfRecords(first, data);
    return [...this.continuation(first, data), ...(start < end ? this.records(start as Lsn, end) : [])];
  }

  /** Takes the pages of a write; returns the address behind the last one. */
  private remember(first: number, data: Buffer): number {
    let at = 0;
    for (; at < data.length && pageAddress(data.subarray(at)) === first + at; at += WAL_PAGE_BYTES) {
      this.pages.set(first + at, data.subarray(at, at + WAL_PAGE_BYTES));
    }
    return first + at;
  }

  /** Where the first record begins that begins in the write: behind the rest of the one before. */
  private startOfRecords(first: number, data: Buffer): number {
    let left = continuedBytes(data, 0);
    for (let at = 0; at < data.length; at += WAL_PAGE_BYTES) {
      const header = pageHeaderBytes(first + at, this.segmentBytes);
      if (left <= WAL_PAGE_BYTES - header) return first + at + header + align8(left);
      left -= WAL_PAGE_BYTES - header;
    }
    return Infinity;
  }

  /** About the record whose rest the write begins with: it may be whole now. */
  private continuation(first: number, data: Buffer): string[] {
    const bytes = continuedBytes(data, 0);
    if (bytes === 0) return [];
    const lsn = this.goingOn.get(first);
    if (lsn === undefined) return [`continues a record from before ${formatLsn(first as Lsn)}, ${bytes} bytes to come`];
    const result = this.reader().read(lsn);
    if (!('record' in result)) return [`continues ${formatLsn(lsn)}, ${bytes} bytes to come`];
    return this.tell(result.record).map((line) => `continues ${line}`);
  }

  private records(start: Lsn, end: number): string[] {
    const lines: string[] = [];
    let before = 0;
    const reader = this.reader();
    let result = reader.read(start);
    for (; 'record' in result && result.record.lsn < end; result = reader.next()) {
      const told = this.tell(result.record);
      if (told.length === 0) before++;
      lines.push(...told);
    }
    if ('endOfLog' in result) lines.push(...this.endOfLog(result));
    return before > 0 ? [`again: ${before} records`, ...lines] : lines;
  }

  private endOfLog({ brokenRecord, missingContrecord, kind, at }: EndOfLog): string[] {
    if (kind === 'checksum') return [`${formatLsn(at)} is not complete yet`];
    if (brokenRecord === 0) return [];
    this.spread(brokenRecord, missingContrecord + 1);
    return [`${formatLsn(brokenRecord)} goes on behind this write`];
  }

  /** Nothing when it was told before. */
  private tell(record: WalRecord): string[] {
    const line = recordLine(record);
    if (this.told.get(record.lsn) === line) return [];
    this.told.set(record.lsn, line);
    this.spread(record.lsn, record.endLsn);
    return [line];
  }

  private spread(lsn: Lsn, end: number): void {
    const rest = lsn - (lsn % WAL_PAGE_BYTES) + WAL_PAGE_BYTES;
    for (let page = rest; page < end; page += WAL_PAGE_BYTES) this.goingOn.set(page, lsn);
  }

  private reader(): WalReader {
    const source: WalSource = { read: (lsn, target) => this.read(lsn, target), close: () => {} };
    return new WalReader(source, this.segmentBytes);
  }

  private read(lsn: Lsn, target: Buffer): number {
    let count = 0;
    for (; count < target.length; count += WAL_PAGE_BYTES) {
      const page = this.pages.get(lsn + count) ?? this.firstPage((lsn + count) as Lsn);
      if (!page) break;
      page.copy(target, count, 0, target.length - count);
    }
    return Math.min(count, target.length);
  }

  /** A reader looks at a segment's first page before any other: when it was written before the trace, one like it. */
  private firstPage(lsn: Lsn): Buffer | undefined {
    if (lsn % this.segmentBytes !== 0) return undefined;
    const page = Buffer.alloc(WAL_PAGE_BYTES);
    initWalPage(page, 0, lsn, 1 as TimelineId, { segmentBytes: this.segmentBytes, systemIdentifier: 0n });
    return page;
  }
}

/** The address in a log page's header; undefined for anything else. */
function pageAddress(page: Buffer): number | undefined {
  if (page.length < WAL_PAGE_BYTES || page.readUInt16LE(PageHeader.magic) !== WAL_PAGE_MAGIC) return undefined;
  return readLsn(page, PageHeader.address);
}

function continuedBytes(data: Buffer, at: number): number {
  const isContinued = data.readUInt16LE(at + PageHeader.info) & PageInfo.firstIsContrecord;
  return isContinued ? data.readUInt32LE(at + PageHeader.remaining) : 0;
}

/** A segment's name holds its number, and its first page its address: together they tell the size of segments. */
function segmentBytesOf(name: string, start: number): number | undefined {
  const low = parseInt(name.slice(16, 24), 16);
  const bytes = (start % 2 ** 32) / low;
  return Number.isInteger(bytes) && bytes > 0 ? bytes : undefined;
}

function isZeros(data: Buffer): boolean {
  return data.every((byte) => byte === 0);
}
