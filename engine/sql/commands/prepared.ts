import type { DeallocateStmt, DiscardStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Command } from './command.js';

export const deallocateCommand: Command<DeallocateStmt> = {
  run({ prepared }, { name }) {
    if (name === undefined || name === '') {
      prepared.clear();
      return { tag: 'DEALLOCATE ALL' };
    }
    if (!prepared.delete(name)) {
      throw error(SqlState.invalidSqlStatementName, `prepared statement "${name}" does not exist`);
    }
    return { tag: 'DEALLOCATE' };
  },
};

export const discardCommand: Command<DiscardStmt> = {
  run(context, { target }) {
    if (target === 'DISCARD_ALL') {
      if (context.block.isInBlock) {
        throw error(SqlState.activeSqlTransaction, 'DISCARD ALL cannot run inside a transaction block');
      }
      context.settings.resetAll();
      context.prepared.clear();
    }
    return { tag: `DISCARD ${target!.slice('DISCARD_'.length)}` };
  },
};
