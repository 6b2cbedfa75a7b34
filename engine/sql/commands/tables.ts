import type { LockStmt, RangeVar, TruncateStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { lockModes, type LockMode } from '../../storage/locks/lock-mode.js';
import { Tables } from '../catalog/tables.js';
import { bodyOf, unsupported } from '../parse/nodes.js';
import type { Command, CommandContext } from './command.js';
import { openOwnTable, requireOwnTable } from './open-tables.js';

export const truncateCommand: Command<TruncateStmt> = {
  writes: 'TRUNCATE TABLE',
  run(context, body) {
    if (body.restart_seqs) throw unsupported('RESTART IDENTITY');
    const tables = new Tables(context.engine, context.catalog);
    const found = (body.relations ?? []).map((node) =>
      openOwnTable(context, bodyOf(node) as RangeVar, 'AccessExclusive'),
    );
    for (const relation of new Set(found)) tables.truncate(relation);
    return { tag: 'TRUNCATE TABLE' };
  },
};

export const lockCommand: Command<LockStmt> = {
  run(context, body) {
    if (context.block.status !== 'T') {
      throw error(SqlState.noActiveSqlTransaction, 'LOCK TABLE can only be used in transaction blocks');
    }
    const mode = lockModes[body.mode! - 1];
    for (const node of body.relations ?? []) {
      const name = bodyOf(node) as RangeVar;
      if (body.nowait) lockNow(context, name, mode);
      else openOwnTable(context, name, mode);
    }
    return { tag: 'LOCK TABLE' };
  },
};

function lockNow({ engine, catalog, identity }: CommandContext, name: RangeVar, mode: LockMode): void {
  catalog.cache.refresh();
  const relation = catalog.find(name);
  if (!relation) throw error(SqlState.undefinedTable, `relation "${name.relname}" does not exist`);
  const tag = { kind: 'relation', database: identity.databaseOid, relation: requireOwnTable(relation).oid } as const;
  if (engine.storage.locks.acquire(tag, mode, { wait: false })) return;
  throw error(SqlState.lockNotAvailable, `could not obtain lock on relation "${relation.name}"`);
}
