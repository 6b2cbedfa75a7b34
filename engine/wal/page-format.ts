import { setU16, setU32, u16 } from '../base/bytes.js';
import { writeLsn, type Lsn, type TimelineId } from '../base/lsn.js';

/**
 * The log's pages (access/xlog_internal.h). A record that does not fit on a page goes on after the next page's header,
 * whose `remaining` tells how many of its bytes are still to come.
 *
 *   short header   magic:u16 info:u16 timeline:u32 address:u64 remaining:u32 pad:u32                  24 bytes
 *   long header    short header, systemIdentifier:u64 segmentBytes:u32 pageBytes:u32                  40 bytes
 *
 * The first page of each segment has the long header.
 */
export const WAL_PAGE_BYTES = 8192;
/** To be written, never changed. */
export const ZERO_WAL_PAGE = Buffer.alloc(WAL_PAGE_BYTES);
export const WAL_PAGE_MAGIC = 0xd110;

export const PageHeader = {
  magic: 0,
  info: 2,
  timeline: 4,
  address: 8,
  remaining: 16,
  systemIdentifier: 24,
  segmentBytes: 32,
  pageBytes: 36,
} as const;
export const SHORT_HEADER_BYTES = 24;
export const LONG_HEADER_BYTES = 40;

export const PageInfo = {
  /** The page begins with the rest of a record. */
  firstIsContrecord: 0x01,
  longHeader: 0x02,
  /** No base backup needs the images of this page. */
  backupRemovable: 0x04,
  /** The record that should go on here was lost in a crash; the first record here says so. */
  firstIsOverwriteContrecord: 0x08,
  all: 0x0f,
} as const;

/** What identifies a log, in its segments' long headers. */
export interface WalConfig {
  /** A power of two from 1 MB to 1 GB. */
  readonly segmentBytes: number;
  readonly systemIdentifier: bigint;
}

export function pageHeaderBytes(address: number, segmentBytes: number): number {
  return address % segmentBytes === 0 ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
}

/** Zeroes the page at `at` and writes its header. */
export function initWalPage(bytes: Buffer, at: number, address: Lsn, timeline: TimelineId, config: WalConfig): void {
  bytes.fill(0, at, at + WAL_PAGE_BYTES);
  const isFirst = address % config.segmentBytes === 0;
  setU16(bytes, at + PageHeader.magic, WAL_PAGE_MAGIC);
  setU16(bytes, at + PageHeader.info, PageInfo.backupRemovable | (isFirst ? PageInfo.longHeader : 0));
  setU32(bytes, at + PageHeader.timeline, timeline);
  writeLsn(bytes, at + PageHeader.address, address);
  if (!isFirst) return;
  bytes.writeBigUInt64LE(config.systemIdentifier, at + PageHeader.systemIdentifier);
  setU32(bytes, at + PageHeader.segmentBytes, config.segmentBytes);
  setU32(bytes, at + PageHeader.pageBytes, WAL_PAGE_BYTES);
}

/** Adds bits to the info of the page at `at`. */
export function markPage(bytes: Buffer, at: number, info: number): void {
  setU16(bytes, at + PageHeader.info, u16(bytes, at + PageHeader.info) | info);
}
