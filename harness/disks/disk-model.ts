/**
 * What a disk and its file system promise to keep when the power fails. The promises are data, so that every verdict can
 * name the ones it rests on. Everything no promise covers may happen: a change may be lost, kept, kept in part, or kept
 * while an earlier one is lost.
 *
 * Common to all models, since nothing could be built without:
 *   - a sector (512 bytes) is old or new, never between;
 *   - a sector that changed several times holds one of these versions, with every earlier change of it included;
 *   - what was not written to keeps its contents.
 */
export interface DiskModel {
  readonly name: ProfileName;
  /** What may be relied upon, in words. */
  readonly promises: readonly string[];
  /** Where that is written. */
  readonly sources: readonly string[];
  /** Aligned pieces of a write that are never torn. */
  readonly atomicBytes: number;
  /** Names and truncations: any of them may be lost alone, or a loss takes all later ones with it. */
  readonly names: 'independent' | 'journaled';
  /** Does an fsync of a file also keep its name, and with a journal every name change before? */
  readonly syncKeepsName: boolean;
  /** May a rename come back half done, with the file under both names? */
  readonly renameIsAtomic: boolean;
  /** Are a file's data on disk before a rename that puts it in another's place is? (auto_da_alloc) */
  readonly replacingFlushes: boolean;
  /** May a file come back longer than what survived of its data? Then zeros are in the gap. */
  readonly unwrittenTail: 'never' | 'zeros';
  /** Does a sync that reported success keep what it covers? */
  readonly syncIsHonest: boolean;
}

export const PROFILE_NAMES = [
  'posix-weak',
  'ext4-ordered',
  'ext4-writeback',
  'xfs',
  'atomic-8k',
  'lying-fsync',
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export const SECTOR_BYTES = 512;

/** Pages of the files of databases: what follows in the file is another thing than what came before. */
export const DATABASE_PAGE_BYTES = 8192;
