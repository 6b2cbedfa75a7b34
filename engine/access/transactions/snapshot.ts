import type { Xid } from '../../base/xid.js';

/** Finds the transaction that a subtransaction is part of. */
export interface Topmost {
  topmost(xid: Xid): Xid;
}

/**
 * Which transactions a query sees (utils/snapshot.h).
 *
 * - `mvcc`: those that had committed when it was taken, and this transaction's commands before `commandId`
 * - `self`: all that have committed by now, and all commands of this transaction so far
 * - `dirty`: like `self`, and changes of transactions still running too
 * - `any`: every tuple there is
 */
export interface Snapshot {
  readonly kind: 'mvcc' | 'self' | 'dirty' | 'any';
  /** All older ones had ended. */
  readonly xmin: Xid;
  /** This one and later ones had not ended. */
  readonly xmax: Xid;
  /**
   * Those in [xmin, xmax) that were running, without this transaction itself; in no order. Their subtransactions too,
   * save those that their process had no room to show.
   */
  readonly running: readonly Xid[];
  /** When some process had more subtransactions than it shows: who knows whose they are. */
  readonly overflow: Topmost | undefined;
  readonly commandId: number;
}

/** What a snapshot knows of other transactions. */
export type SnapshotData = Pick<Snapshot, 'xmin' | 'xmax' | 'running' | 'overflow'>;

/** Had this transaction not ended when the snapshot was taken (snapmgr.c XidInMVCCSnapshot)? */
export function isInSnapshot(snapshot: Snapshot, xid: Xid): boolean {
  // Special ids have always ended, and a snapshot's bounds are normal ids: so a plain modular difference will do.
  if (xid < 3 || ((xid - snapshot.xmin) | 0) < 0) return false;
  if (((xid - snapshot.xmax) | 0) >= 0) return true;
  if (snapshot.running.length === 0) return false;
  return snapshot.overflow === undefined ? snapshot.running.includes(xid) : isPartOfRunning(snapshot, xid);
}

function isPartOfRunning({ overflow, xmin, running }: Snapshot, xid: Xid): boolean {
  const topmost = overflow!.topmost(xid);
  return ((topmost - xmin) | 0) >= 0 && running.includes(topmost);
}

const NOBODY: readonly Xid[] = [];

/** A snapshot without a moment: it asks the present. */
export function presentSnapshot(kind: 'self' | 'dirty' | 'any'): Snapshot {
  return { kind, xmin: 0 as Xid, xmax: 0 as Xid, running: NOBODY, overflow: undefined, commandId: 0 };
}
