import { existsSync } from 'node:fs';

/** Where Debian's postgresql-15 puts its programs. */
export const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';

/** Skips a test, and says why, where a program of PostgreSQL 15 is not installed. */
export function skipWithout(context: Mocha.Context, tool: string): void {
  if (existsSync(`${POSTGRES_BIN}/${tool}`)) return;
  process.stderr.write(`    skipped: ${tool} of PostgreSQL 15 is not installed (Debian: postgresql-15)\n`);
  context.skip();
}
