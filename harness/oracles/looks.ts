import { isOwnInvariant, type Invariant, type OwnInvariant } from './oracle.js';

/**
 * What is looked at after a crash, and the invariants that are held against it each time: so that a report can say how often
 * each was checked.
 */
export const LOOKS = {
  /** The target was started again. */
  recovery: ['serves-again'],
  /** What the workload reads was read, and compared with what clients were told. */
  contents: [
    'durability',
    'no-resurrection',
    'atomicity',
    'index-agreement',
    'async-loss',
    'live-reads',
    'no-internal-error',
    'lsn-monotonicity',
  ],
  /** Control file, log and pages were read as they lay on the disk. */
  files: [
    'write-ahead',
    'lsn-monotonicity',
    'xid-uniqueness',
    'commit-log',
    'xid-horizon',
    'xid-limit',
    'visibility-map',
    'page-structure',
    'index-structure',
    'index-agreement',
  ],
  /** The pages that survived were compared with where the log ends. */
  survivors: ['write-ahead'],
  /** Two recoveries were compared: of a copy, or after a crash of the first. */
  'second recovery': ['recovery-idempotence'],
  /** A run's log was replayed from its beginning, and the pages compared with the run's own. */
  replay: ['replay-images'],
  /** Everything was stopped. */
  stop: ['no-leftovers'],
  /** Independent tools read the stopped cluster. */
  'second opinion': ['second-opinion'],
} as const satisfies Record<string, readonly Invariant[]>;

/** An oracle of an extension is a look by itself. */
export type Look = keyof typeof LOOKS | OwnInvariant;

export function isLook(name: string): name is Look {
  return name in LOOKS || isOwnInvariant(name);
}

/** How often each invariant was checked by so many looks. */
export function checksOf(looks: Readonly<Partial<Record<Look, number>>>): Map<Invariant, number> {
  const checks = new Map<Invariant, number>();
  for (const [look, times = 0] of Object.entries(looks) as [Look, number | undefined][]) {
    for (const invariant of isOwnInvariant(look) ? [look] : LOOKS[look])
      checks.set(invariant, (checks.get(invariant) ?? 0) + times);
  }
  return checks;
}
