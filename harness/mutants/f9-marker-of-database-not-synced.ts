import { DatabaseFiles } from '../../engine/storage/database-files.js';
import { withDatabases } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F9',
  title: "the file that marks a new database's directory as one is not fsynced: it may be empty after a crash",
  precedent: 'CREATE DATABASE, copy_file and its fsync',
  tier: 'power',
  invariants: ['serves-again', 'durability'],
  powerFocus: withDatabases,
};

export function install(): void {
  replaceMethod(DatabaseFiles, 'syncMarker', () => () => undefined);
}
