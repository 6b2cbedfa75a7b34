/**
 * Ids have 32 bits, and come again and again: counted through all rounds they are numbers that only grow.
 */
const XIDS = 2 ** 32;

/** The counted id that is at or before another one. */
export function countedBehind(xid: number, next: number): number {
  return next - (((next % XIDS) - xid) >>> 0);
}

/** The counted id that is nearest to another one. */
export function countedNear(xid: number, near: number): number {
  return near + ((xid - (near % XIDS)) | 0);
}

/** `1:4711`: its round and its 32 bits. */
export function printXid(counted: number): string {
  return `${Math.floor(counted / XIDS)}:${counted % XIDS}`;
}
