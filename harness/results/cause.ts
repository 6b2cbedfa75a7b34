import { createHash } from 'node:crypto';
import type { Violation } from '../oracles/oracle.js';
import type { WorkingTier } from './tier.js';

/** What can be known of why a cycle failed. */
export interface CauseEvidence {
  readonly tier: WorkingTier;
  readonly mutants: readonly string[];
  readonly violation: Pick<Violation, 'invariant' | 'promised' | 'found'>;
}

/**
 * Failures that look alike: the same bugs switched on, the same invariant broken, and the same thing found, but for numbers,
 * positions and names in it. Two failures of one cause may look different; what looks alike has hardly ever two causes.
 */
export interface Cause {
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
}

export function causeOf({ tier, mutants, violation }: CauseEvidence): Cause {
  const title = `${violation.invariant}: ${generalised(violation.found)}`;
  const key = JSON.stringify([tier, [...mutants].sort(), title]);
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), title };
}

const LONGEST_TITLE = 120;

/** Without what differs from run to run: positions, numbers, values in quotes, and whatever stands behind the first line. */
export function generalised(found: string): string {
  const [line] = found.split('\n', 1);
  const general = line
    .replace(/\b[0-9A-F]+\/[0-9A-F]+\b/g, '<lsn>')
    .replace(/"[^"]*"|'[^']*'/g, '<name>')
    .replace(/\b0x[0-9a-fA-F]+\b/g, '<n>')
    .replace(/\b\d+(?:(?:[,./]|,? | and )\d+)*\b/g, '<n>');
  return general.length > LONGEST_TITLE ? `${general.slice(0, LONGEST_TITLE)}...` : general;
}
