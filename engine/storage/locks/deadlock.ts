import { conflictMasks } from './lock-mode.js';
import type { LockTable } from './lock-table.js';

/** One edge of the waits-for graph: `slot` waits for `mode` of `lock` and `blocker` stands in its way. */
export interface WaitEdge {
  readonly slot: number;
  readonly lock: number;
  readonly mode: number;
  readonly blocker: number;
}

/**
 * Looks for a cycle in the waits-for graph that `start` is part of (lmgr/deadlock.c). A process is blocked by who holds a
 * conflicting mode, and by who stands before it in the queue with a conflicting request. Unlike PostgreSQL, a cycle that
 * only a reordered queue could resolve is reported as a deadlock too.
 */
export function findDeadlock(table: LockTable, start: number): WaitEdge[] | undefined {
  const visited = new Set<number>();
  const path: WaitEdge[] = [];

  function visit(slot: number): boolean {
    if (visited.has(slot)) return false;
    visited.add(slot);
    for (const edge of edgesFrom(table, slot)) {
      path.push(edge);
      if (edge.blocker === start || visit(edge.blocker)) return true;
      path.pop();
    }
    return false;
  }
  return visit(start) ? path : undefined;
}

/** What keeps `slot` waiting. */
export function edgesFrom(table: LockTable, slot: number): WaitEdge[] {
  const wait = table.waitOf(slot);
  if (!wait) return [];
  const conflicts = conflictMasks[wait.mode];
  const blockers: number[] = [];
  for (const hold of table.holdsOf(wait.lock))
    if (hold.slot !== slot && hold.modes & conflicts) blockers.push(hold.slot);
  for (const ahead of table.waiters(wait.lock)) {
    if (ahead === slot) break;
    if (conflicts & (1 << table.waitOf(ahead)!.mode)) blockers.push(ahead);
  }
  return blockers.map((blocker) => ({ slot, lock: wait.lock, mode: wait.mode, blocker }));
}
