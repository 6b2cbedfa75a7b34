import { SECTOR_BYTES, type DiskModel, type ProfileName } from './disk-model.js';

const POSIX =
  'POSIX.1-2017, fsync() and rename(): https://pubs.opengroup.org/onlinepubs/9699919799/functions/fsync.html';
const ALICE =
  'Pillai et al., All File Systems Are Not Created Equal, OSDI 2014, tables 1 and 2: what really happens beyond POSIX';
const EXT4 = 'Linux, Documentation/admin-guide/ext4.rst: data=, auto_da_alloc, delayed allocation';
const XFS = 'Linux, Documentation/filesystems/xfs/xfs-delayed-logging-design.rst: fsync forces the log up to the inode';
const NVME = 'NVM Express base specification, AWUPF: atomic write unit across a power fail';

/** The models, weakest promises first; the last breaks the one promise all others rest on. */
export const profiles: Readonly<Record<ProfileName, DiskModel>> = {
  'posix-weak': {
    name: 'posix-weak',
    promises: [
      'fsync and fdatasync of a file keep its data, its size, nothing else: not its name',
      'fsync of a directory keeps the names that were added, removed and renamed in it',
      'everything else is lost or kept in any combination; a file may come back longer than its data, filled with zeros',
      'a rename may come back with the file under both names, never under none',
    ],
    sources: [POSIX, ALICE],
    atomicBytes: SECTOR_BYTES,
    names: 'independent',
    syncKeepsName: false,
    renameIsAtomic: false,
    replacingFlushes: false,
    unwrittenTail: 'zeros',
    syncIsHonest: true,
  },
  'ext4-ordered': {
    name: 'ext4-ordered',
    promises: [
      'names and truncations survive in the order in which they were made',
      'fsync of a file keeps its data, its name, and every name change made before its own last change',
      "a file is never longer than its data: blocks are on disk before the journal says that they are the file's",
      'a rename over an existing file keeps the data of the new one first',
      'data of different files and blocks in any order, torn at the sector',
    ],
    sources: [EXT4, ALICE],
    atomicBytes: SECTOR_BYTES,
    names: 'journaled',
    syncKeepsName: true,
    renameIsAtomic: true,
    replacingFlushes: true,
    unwrittenTail: 'never',
    syncIsHonest: true,
  },
  'ext4-writeback': {
    name: 'ext4-writeback',
    promises: [
      'names and truncations survive in the order in which they were made',
      'fsync of a file keeps its data, its name, and every name change made before its own last change',
      'a rename over an existing file keeps the data of the new one first',
      'a file may come back longer than its data: what is missing reads as zeros (unwritten extents, the default since Linux 5.6)',
    ],
    sources: [EXT4, ALICE],
    atomicBytes: SECTOR_BYTES,
    names: 'journaled',
    syncKeepsName: true,
    renameIsAtomic: true,
    replacingFlushes: true,
    unwrittenTail: 'zeros',
    syncIsHonest: true,
  },
  xfs: {
    name: 'xfs',
    promises: [
      'names and truncations survive in the order in which they were made',
      'fsync of a file keeps its data, its name, and every name change made before its own last change',
      'a file is never longer than its data: the size is logged when the data are on disk',
      'no promise about data before a rename: what replaced another file may come back empty',
    ],
    sources: [XFS, ALICE],
    atomicBytes: SECTOR_BYTES,
    names: 'journaled',
    syncKeepsName: true,
    renameIsAtomic: true,
    replacingFlushes: false,
    unwrittenTail: 'never',
    syncIsHonest: true,
  },
  'atomic-8k': {
    name: 'atomic-8k',
    promises: ['as ext4-ordered, and an aligned 8 KiB block is old or new, never torn'],
    sources: [NVME, EXT4],
    atomicBytes: 8192,
    names: 'journaled',
    syncKeepsName: true,
    renameIsAtomic: true,
    replacingFlushes: true,
    unwrittenTail: 'never',
    syncIsHonest: true,
  },
  'lying-fsync': {
    name: 'lying-fsync',
    promises: ['none: a sync that reports success may have kept nothing. No database can be durable on it'],
    sources: ['Rajimwale et al., Coerced Cache Eviction and Discreet Mode Journaling, DSN 2011: disks that lie'],
    atomicBytes: SECTOR_BYTES,
    names: 'independent',
    syncKeepsName: false,
    renameIsAtomic: false,
    replacingFlushes: false,
    unwrittenTail: 'zeros',
    syncIsHonest: false,
  },
};

/** Those on which a correct database loses nothing it acknowledged. */
export const honestProfiles: readonly ProfileName[] = [
  'posix-weak',
  'ext4-ordered',
  'ext4-writeback',
  'xfs',
  'atomic-8k',
];
