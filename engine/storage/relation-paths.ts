import {
  BLOCK_BYTES,
  DEFAULT_TABLESPACE,
  GLOBAL_TABLESPACE,
  type Fork,
  type Oid,
  type RelFile,
} from '../base/block.js';

/** Blocks in one segment file: 1 GB (RELSEG_SIZE). */
export const SEGMENT_BLOCKS = 131072;
export const SEGMENT_BYTES = SEGMENT_BLOCKS * BLOCK_BYTES;

const FORK_SUFFIXES = ['', '_fsm', '_vm', '_init'] as const;
export const FORKS: readonly Fork[] = [0, 1, 2, 3];

/** PostgreSQL 15's name for its own directory inside a tablespace. */
const TABLESPACE_VERSION_DIRECTORY = 'PG_15_202209061';

/** The directory of a database in a tablespace, relative to the data directory (common/relpath.c). */
export function databaseDirectory(tablespace: Oid, database: Oid): string {
  if (tablespace === GLOBAL_TABLESPACE) return 'global';
  if (tablespace === DEFAULT_TABLESPACE) return `base/${database}`;
  return `pg_tblspc/${tablespace}/${TABLESPACE_VERSION_DIRECTORY}/${database}`;
}

/** A relation's file, `base/5/16384_vm.2`, relative to the data directory; segment 0 has no suffix. */
export function relationPath(file: RelFile, fork: Fork, segment = 0): string {
  const path = `${databaseDirectory(file.tablespace, file.database)}/${file.relation}${FORK_SUFFIXES[fork]}`;
  return segment === 0 ? path : `${path}.${segment}`;
}

const RELATION_FILE = /^(global|base\/\d+|pg_tblspc\/\d+\/[^/]+\/\d+)\/\d+(_fsm|_vm|_init)?(\.\d+)?$/;

/** Is it a relation's file, by its path relative to the data directory? */
export function isRelationFile(path: string): boolean {
  return RELATION_FILE.test(path);
}
