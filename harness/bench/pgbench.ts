import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { POSTGRES_BIN } from '../adapters/postgres.js';
import type { Contender } from './contender.js';

/** Runs PostgreSQL 15's own pgbench against a contender; returns what it printed. */
export function pgbench(contender: Contender, options: readonly string[]): string {
  const server = ['-h', contender.host, '-p', String(contender.port), '-U', contender.user, 'postgres'];
  return execFileSync(join(POSTGRES_BIN, 'pgbench'), [...options, ...server], { stdio: 'pipe' }).toString();
}

/** Transactions per second. */
export function rateIn(output: string): number {
  const rate = /tps = ([\d.]+)/.exec(output);
  if (!rate) throw new Error(`pgbench printed no rate: ${output}`);
  return Number(rate[1]);
}
