import type { Workload } from '../workloads/workload.js';

/** SQLSTATEs a correct server may answer to a legal statement of any workload. */
const ANYWHERE = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53000', // insufficient_resources: no file descriptor, injected
  '53100', // disk_full, injected
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled
  '58030', // io_error, injected
]);

/**
 * What the checkpointer's failure is called by those who asked it for a checkpoint, as CREATE DATABASE does: as in
 * PostgreSQL, an error without a SQLSTATE of its own. What went wrong, an injected error of a write, stands in the log.
 */
const CHECKPOINT_FAILED = 'checkpoint request failed';

/** Is it what a correct server may answer to a legal statement? `code`: SQLSTATE. */
export function isExpectedError(
  { code = '', message }: { readonly code?: string; readonly message: string },
  { expectedErrors }: Pick<Workload, 'expectedErrors'>,
): boolean {
  return ANYWHERE.has(code) || message === CHECKPOINT_FAILED || (expectedErrors?.includes(code) ?? false);
}
