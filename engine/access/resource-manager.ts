import { panic, type PgError } from '../base/errors.js';
import { formatLsn } from '../base/lsn.js';
import { SqlState } from '../base/sqlstate.js';
import type { WalRecord } from '../wal/record.js';
import type { RedoContext } from './redo-buffers.js';

/** A kind of WAL record's replay and text (access/xlog_internal.h RmgrData). Stateless: redo gets all it needs. */
export interface ResourceManager {
  readonly id: number;
  /** As pg_waldump prints it. */
  readonly name: string;
  /** Makes the record's change, unless it is already there. */
  redo(record: WalRecord, context: RedoContext): void;
  /** The operation's name and, after it, what it did. */
  describe(record: WalRecord): string;
}

/** A record of ours that we do not know is no record of ours. */
export function unknownOperation(name: string, record: WalRecord): PgError {
  return panic(
    SqlState.dataCorrupted,
    `unknown ${name} operation 0x${record.info.toString(16)} in the WAL record at ${formatLsn(record.lsn)}`,
  );
}
