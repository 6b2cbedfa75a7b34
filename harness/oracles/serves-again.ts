import type { Violation } from './oracle.js';

/**
 * Verifies: after a crash the target serves clients again within a bound, without help other than starting it.
 *
 * Does not verify: how fast within the bound.
 */
export function servesAgain(boundMs: number, failure: Error | undefined): Violation[] {
  if (!failure) return [];
  return [
    {
      invariant: 'serves-again',
      promised: `service within ${boundMs / 1000} s after the crash`,
      found: failure.message,
    },
  ];
}
