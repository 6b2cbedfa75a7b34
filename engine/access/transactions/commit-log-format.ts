import { BLOCK_BYTES } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';

/**
 * The commit log's layout (access/transam/clog.c): two bits per transaction, four transactions to a byte, lowest bits
 * first, in pages of 8 KiB without a header; 32 pages to a file `pg_xact/0000`.
 */
export const TransactionStatus = { inProgress: 0, committed: 1, aborted: 2, subCommitted: 3 } as const;
export type TransactionStatus = (typeof TransactionStatus)[keyof typeof TransactionStatus];

export const COMMIT_LOG_DIRECTORY = 'pg_xact';
export const XACTS_PER_PAGE = BLOCK_BYTES * 4;
/** Asynchronous commits keep one LSN for so many neighbouring transactions. */
export const XACTS_PER_LSN_GROUP = 32;
export const LSN_GROUPS_PER_PAGE = XACTS_PER_PAGE / XACTS_PER_LSN_GROUP;

export const CommitLogInfo = { zeroPage: 0x00, truncate: 0x10 } as const;

export const pageOf = (xid: Xid): number => Math.floor(xid / XACTS_PER_PAGE);
export const indexInPage = (xid: Xid): number => xid % XACTS_PER_PAGE;

export function statusIn(page: Buffer, index: number): TransactionStatus {
  return ((page[index >> 2] >> ((index & 3) * 2)) & 3) as TransactionStatus;
}

export function setStatusIn(page: Buffer, index: number, status: TransactionStatus): void {
  const shift = (index & 3) * 2;
  page[index >> 2] = (page[index >> 2] & ~(3 << shift)) | (status << shift);
}
