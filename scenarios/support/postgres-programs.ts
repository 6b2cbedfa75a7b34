import * as fs from 'node:fs';
import { POSTGRES_BIN } from '../../harness/adapters/postgres.js';

/** A program of PostgreSQL 15's runs only where that is installed; says so where it is not. */
export function skipWithout(test: Mocha.Context, program: 'pgbench' | 'psql' | 'pg_waldump'): void {
  if (fs.existsSync(`${POSTGRES_BIN}/${program}`)) return;
  process.stderr.write(`    skipped: ${program} of PostgreSQL 15 is not installed (Debian: postgresql-15)\n`);
  test.skip();
}
