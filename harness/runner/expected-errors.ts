/** SQLSTATEs a correct server may answer to a legal statement of a workload. */
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
const OF_WORKLOAD: Readonly<Record<string, ReadonlySet<string>>> = {
  // A table may not be there, when the transaction that made it was rolled back.
  ddl: new Set(['42P01']),
  // A list may have grown to the largest row a page can hold.
  lists: new Set(['54000']),
};

export function isExpectedError(sqlState: string, workload: string): boolean {
  return ANYWHERE.has(sqlState) || (OF_WORKLOAD[workload]?.has(sqlState) ?? false);
}
