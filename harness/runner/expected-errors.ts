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

export function isExpectedError(sqlState: string, { expectedErrors }: Workload): boolean {
  return ANYWHERE.has(sqlState) || (expectedErrors?.includes(sqlState) ?? false);
}
