import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Command } from './command.js';

export const checkpointCommand: Command<object> = {
  run({ engine, identity }) {
    if (!identity.superuser) {
      throw error(
        SqlState.insufficientPrivilege,
        'must be superuser or have privileges of pg_checkpoint to do CHECKPOINT',
      );
    }
    engine.requestCheckpoint({ immediate: true, force: true, wait: true });
    return { tag: 'CHECKPOINT' };
  },
};
