import { DatabaseFiles } from '../../engine/storage/database-files.js';
import { withDatabases } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C8',
  title: 'replay of CREATE DATABASE expects that nothing of the database is there',
  precedent: 'PostgreSQL 14 and 15',
  tier: 'power',
  invariants: ['serves-again'],
  powerFocus: withDatabases,
};

export function install(): void {
  replaceMethod(
    DatabaseFiles,
    'create',
    (original: (database: number, options: { redo?: boolean }) => void) =>
      function (database) {
        original.call(this, database, {});
      },
  );
}
