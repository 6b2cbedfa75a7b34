/** The eight modes of heavyweight locks and which of them conflict (storage/lockdefs.h, lmgr/lock.c LockConflicts). */
export const lockModes = [
  'AccessShare',
  'RowShare',
  'RowExclusive',
  'ShareUpdateExclusive',
  'Share',
  'ShareRowExclusive',
  'Exclusive',
  'AccessExclusive',
] as const;
export type LockMode = (typeof lockModes)[number];

const conflictsOf: Record<LockMode, readonly LockMode[]> = {
  AccessShare: ['AccessExclusive'],
  RowShare: ['Exclusive', 'AccessExclusive'],
  RowExclusive: ['Share', 'ShareRowExclusive', 'Exclusive', 'AccessExclusive'],
  ShareUpdateExclusive: ['ShareUpdateExclusive', 'Share', 'ShareRowExclusive', 'Exclusive', 'AccessExclusive'],
  Share: ['RowExclusive', 'ShareUpdateExclusive', 'ShareRowExclusive', 'Exclusive', 'AccessExclusive'],
  ShareRowExclusive: [
    'RowExclusive',
    'ShareUpdateExclusive',
    'Share',
    'ShareRowExclusive',
    'Exclusive',
    'AccessExclusive',
  ],
  Exclusive: lockModes.slice(1),
  AccessExclusive: lockModes,
};

export function modeIndex(mode: LockMode): number {
  return lockModes.indexOf(mode);
}

/** Bit `i` stands for `lockModes[i]`. */
export const conflictMasks: readonly number[] = lockModes.map((mode) =>
  conflictsOf[mode].reduce((mask, other) => mask | (1 << modeIndex(other)), 0),
);
