import { u32 } from '../base/bytes.js';
import { crc32c } from '../base/crc32c.js';
import { panic } from '../base/errors.js';
import { formatLsn, INVALID_LSN, readLsn, type Lsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import { decodeRecord } from './decode.js';
import { LogEnds, type EndOfLog } from './end-of-log.js';
import { LONG_HEADER_BYTES, PageInfo, WAL_PAGE_BYTES } from './page-format.js';
import { PageWindow } from './page-window.js';
import { align8, MAX_RECORD_BYTES, RecordHeader } from './record-format.js';
import type { WalRecord } from './record.js';
import { FIRST_CUSTOM_RMGR, LAST_BUILT_IN_RMGR, Rmgr, RMGR_INFO_MASK, XlogInfo } from './rmgr-ids.js';
import type { WalSource } from './wal-source.js';

export interface WalReaderOptions {
  /** Checked against the segments' headers when given. */
  readonly systemIdentifier?: bigint;
  /** Records stay valid after the next read, for more memory. */
  readonly keepRecords?: boolean;
  /** Bytes read at a time at most: a multiple of 8192. */
  readonly windowBytes?: number;
}

export type ReadResult = { readonly record: WalRecord } | EndOfLog;

const WINDOW_BYTES = 512 * 1024;
const SMALLEST_ASSEMBLY_BYTES = 16 * 1024;

/**
 * Reads a log record by record (access/transam/xlogreader.c), believing nothing it has not verified: page headers,
 * lengths, the link to the previous record, the checksum.
 *
 * A record is valid until the next call of `read` or `next`, unless `keepRecords`. What cannot be read because of the
 * machine (an I/O error, no memory) is thrown as PANIC and never reported as the end of the log.
 */
export class WalReader {
  private readonly window: PageWindow;
  private readonly isKept: boolean;
  private position = INVALID_LSN;
  /** Start of the record before `position`; 0 when reading began here. */
  private previous = INVALID_LSN;
  private assembly: Buffer = Buffer.alloc(0);
  /** Where the record that is being assembled starts, and the page that its rest is looked for on. */
  private broken = INVALID_LSN;
  private missing = INVALID_LSN;
  private overwritten = INVALID_LSN;

  constructor(
    source: WalSource,
    private readonly segmentBytes: number,
    options: WalReaderOptions = {},
  ) {
    this.isKept = options.keepRecords === true;
    const windowBytes = options.windowBytes ?? WINDOW_BYTES;
    this.window = new PageWindow(source, segmentBytes, options.systemIdentifier, windowBytes, this.isKept);
  }

  /** Reads the record that starts at `from` (or behind the page header that starts there). */
  read(from: Lsn): ReadResult {
    this.position = from;
    this.previous = INVALID_LSN;
    return this.next();
  }

  /** Reads the record behind the last one. At the end of the log it may be called again: the log may have grown. */
  next(): ReadResult {
    this.broken = INVALID_LSN;
    this.missing = INVALID_LSN;
    this.overwritten = INVALID_LSN;
    try {
      const record = this.readAt(this.position);
      this.previous = record.lsn;
      this.position = record.endLsn;
      return { record };
    } catch (thrown) {
      if (!(thrown instanceof LogEnds)) throw thrown;
      this.window.forget();
      const { message, kind } = thrown;
      return { endOfLog: message, kind, at: this.position, brokenRecord: this.broken, missingContrecord: this.missing };
    }
  }

  private readAt(position: Lsn): WalRecord {
    const offset = position % WAL_PAGE_BYTES;
    const pageStart = (position - offset) as Lsn;
    const pageAt = this.window.page(
      pageStart,
      Math.min(WAL_PAGE_BYTES, Math.max(offset, LONG_HEADER_BYTES) + RecordHeader.bytes),
    );
    const headerBytes = this.window.headerBytes(pageAt);
    const lsn = (offset === 0 ? pageStart + headerBytes : position) as Lsn;
    const inPage = lsn - pageStart;
    if (inPage < headerBytes) throw this.badRecord(`invalid record offset at ${formatLsn(lsn)}`);
    if (inPage === headerBytes && this.window.info(pageAt) & PageInfo.firstIsContrecord) {
      throw new LogEnds('contrecord', `contrecord is requested by ${formatLsn(lsn)}`);
    }
    const room = WAL_PAGE_BYTES - inPage;
    const length = this.recordLength(pageAt + inPage, lsn);
    if (room >= RecordHeader.bytes) this.verifyHeader(this.window.bytes, pageAt + inPage, lsn);
    if (length > room) return this.assemble(lsn, pageStart, length);
    const at = this.window.page(pageStart, inPage + length) + inPage;
    return this.finish(this.window.bytes, at, length, lsn, (lsn + align8(length)) as Lsn);
  }

  private recordLength(at: number, lsn: Lsn): number {
    const length = u32(this.window.bytes, at);
    if (length < RecordHeader.bytes) {
      const message = `invalid record length at ${formatLsn(lsn)}: wanted ${RecordHeader.bytes}, got ${length}`;
      throw new LogEnds(length === 0 ? 'no-record' : 'record-header', message);
    }
    if (length > MAX_RECORD_BYTES) throw this.badRecord(`record length ${length} at ${formatLsn(lsn)} too long`);
    return length;
  }

  private verifyHeader(bytes: Buffer, at: number, lsn: Lsn): void {
    const rmgr = bytes[at + RecordHeader.rmgr];
    if (rmgr > LAST_BUILT_IN_RMGR && rmgr < FIRST_CUSTOM_RMGR) {
      throw this.badRecord(`invalid resource manager ID ${rmgr} at ${formatLsn(lsn)}`);
    }
    const link = readLsn(bytes, at + RecordHeader.previous);
    const isRight = this.previous === INVALID_LSN ? link < lsn : link === this.previous;
    if (!isRight) throw this.badRecord(`record with incorrect prev-link ${formatLsn(link)} at ${formatLsn(lsn)}`);
  }

  /** Collects a record that goes on over pages. Memory grows with what is really there, not with the length claimed. */
  private assemble(lsn: Lsn, firstPage: Lsn, length: number): WalRecord {
    const inPage = lsn - firstPage;
    let got = WAL_PAGE_BYTES - inPage;
    this.broken = lsn;
    this.missing = (firstPage + WAL_PAGE_BYTES) as Lsn;
    const firstAt = this.window.page(firstPage, WAL_PAGE_BYTES) + inPage;
    if (this.isKept) this.assembly = Buffer.alloc(0);
    this.reserve(got, length);
    this.window.bytes.copy(this.assembly, 0, firstAt, firstAt + got);
    let isHeaderVerified = got >= RecordHeader.bytes;
    for (let page = this.missing; ; page = (page + WAL_PAGE_BYTES) as Lsn) {
      this.missing = page;
      const at = this.window.page(page, Math.min(WAL_PAGE_BYTES, length - got + LONG_HEADER_BYTES));
      if (this.window.info(at) & PageInfo.firstIsOverwriteContrecord) return this.readOverwriting(lsn, page);
      const part = this.continuation(at, page, length, got);
      const from = at + this.window.headerBytes(at);
      this.reserve(got + part, length);
      this.window.bytes.copy(this.assembly, got, from, from + part);
      got += part;
      if (!isHeaderVerified) this.verifyHeader(this.assembly, 0, lsn);
      isHeaderVerified = true;
      if (got === length) return this.finish(this.assembly, 0, length, lsn, (page + from - at + align8(part)) as Lsn);
    }
  }

  /** How many of the record's bytes are on the page at `at`. */
  private continuation(at: number, page: Lsn, length: number, got: number): number {
    if (!(this.window.info(at) & PageInfo.firstIsContrecord)) {
      throw new LogEnds('contrecord', `there is no contrecord flag at ${formatLsn(page)}`);
    }
    const remaining = this.window.remaining(at);
    if (remaining === 0 || length !== remaining + got) {
      const message = `invalid contrecord length ${remaining} (expected ${length - got}) at ${formatLsn(page)}`;
      throw new LogEnds('contrecord', message);
    }
    return Math.min(remaining, WAL_PAGE_BYTES - this.window.headerBytes(at));
  }

  /** The record at `lsn` was given up after a crash; what stands on `page` instead of its rest says so. */
  private readOverwriting(lsn: Lsn, page: Lsn): WalRecord {
    this.overwritten = lsn;
    return this.readAt(page);
  }

  private reserve(bytes: number, length: number): void {
    if (this.assembly.length >= bytes) return;
    const wanted = Math.min(
      Math.max(bytes, 2 * this.assembly.length, SMALLEST_ASSEMBLY_BYTES),
      Math.max(length, bytes),
    );
    const grown = allocate(wanted);
    this.assembly.copy(grown);
    this.assembly = grown;
  }

  private finish(bytes: Buffer, at: number, length: number, lsn: Lsn, end: Lsn): WalRecord {
    const contents = crc32c(bytes, at + RecordHeader.bytes, at + length);
    const crc = crc32c(bytes, at, at + RecordHeader.crc, contents);
    if (crc !== u32(bytes, at + RecordHeader.crc)) {
      throw new LogEnds('checksum', `incorrect resource manager data checksum in record at ${formatLsn(lsn)}`);
    }
    const isSwitch =
      bytes[at + RecordHeader.rmgr] === Rmgr.xlog &&
      (bytes[at + RecordHeader.info] & RMGR_INFO_MASK) === XlogInfo.switch;
    const endLsn = isSwitch ? ((Math.ceil(end / this.segmentBytes) * this.segmentBytes) as Lsn) : end;
    return decodeRecord(bytes, at, length, lsn, endLsn, this.overwritten);
  }

  private badRecord(message: string): LogEnds {
    return new LogEnds('record-header', message);
  }
}

function allocate(bytes: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(bytes);
  } catch (cause) {
    throw panic(SqlState.outOfMemory, 'out of memory', { detail: `Failed on a WAL record of ${bytes} bytes.`, cause });
  }
}
