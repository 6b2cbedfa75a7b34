import * as fs from 'node:fs';
import { POSTGRES_BIN } from '../../harness/adapters/postgres.js';
import type { Server } from './server.js';

export const PGBENCH = `${POSTGRES_BIN}/pgbench`;

/** PostgreSQL's pgbench runs only where that is installed; says so where it is not. */
export function skipWithoutPgbench(test: Mocha.Context): void {
  if (fs.existsSync(PGBENCH)) return;
  process.stderr.write('    skipped: pgbench of PostgreSQL 15 is not installed (Debian: postgresql-15)\n');
  test.skip();
}

/** pgbench's last words: which server. */
export function whereIs({ data, port }: Server): string[] {
  return ['-h', `${data}/run`, '-p', String(port), '-U', 'postgres', 'postgres'];
}
