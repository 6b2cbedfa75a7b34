import type { Violation } from './oracle.js';

/**
 * Verifies: after everything was stopped, no process that ever belonged to the target is alive, no shared memory of it
 * has a name, and nobody holds the lock on its data directory.
 *
 * Does not verify: leaks inside a process that has ended; the kernel takes those back.
 */
export function noLeftovers(leftovers: readonly string[]): Violation[] {
  return leftovers.map((found) => ({
    invariant: 'no-leftovers',
    promised: 'nothing is left of a stopped target',
    found,
  }));
}
