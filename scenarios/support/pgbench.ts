import { POSTGRES_BIN } from '../../harness/adapters/postgres.js';
import type { Server } from './server.js';

export const PGBENCH = `${POSTGRES_BIN}/pgbench`;

/** pgbench's last words: which server. */
export function whereIs({ data, port }: Server): string[] {
  return ['-h', `${data}/run`, '-p', String(port), '-U', 'postgres', 'postgres'];
}
