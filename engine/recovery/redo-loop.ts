import { PgError } from '../base/errors.js';
import { formatLsn, type Lsn } from '../base/lsn.js';
import type { RedoContext } from '../access/redo-buffers.js';
import type { ResourceManager } from '../access/resource-manager.js';
import { resourceManagerOf, type ResourceManagers } from '../access/rmgr-table.js';
import { TransactionInfo, decodeTransactionEnd } from '../access/transactions/commit-record.js';
import type { EngineContext } from '../memory/context.js';
import type { EndOfLog } from '../wal/end-of-log.js';
import type { ReadResult, WalReader } from '../wal/reader.js';
import type { WalRecord } from '../wal/record.js';
import { Rmgr } from '../wal/rmgr-ids.js';
import type { RecoveryLog } from './log.js';
import { ProgressReport } from './progress-report.js';

export interface RedoTools {
  readonly ctx: EngineContext;
  readonly managers: ResourceManagers;
  readonly redo: RedoContext;
  readonly log: RecoveryLog;
}

export interface RedoOutcome {
  readonly records: number;
  /** Start and end of the last whole record. */
  readonly lastRecord: Lsn;
  readonly endOfLog: Lsn;
  /** When the last transaction replayed had ended, milliseconds since 1970; undefined when none did. */
  readonly lastTransactionMs: number | undefined;
  readonly stop: EndOfLog;
}

/** Replays `first` and what follows until the reader finds no whole record (xlogrecovery.c PerformWalRecovery). */
export function replay(tools: RedoTools, reader: WalReader, first: WalRecord): RedoOutcome {
  const progress = new ProgressReport(tools.ctx.os.clock, tools.log);
  let records = 0;
  let lastTransactionMs: number | undefined;
  let lastRecord = first.lsn;
  let endOfLog = first.endLsn;
  for (let result: ReadResult = { record: first }; ; result = reader.next()) {
    if (!('record' in result)) return { records, lastRecord, endOfLog, lastTransactionMs, stop: result };
    const { record } = result;
    lastRecord = record.lsn;
    endOfLog = record.endLsn;
    lastTransactionMs = transactionEnd(record) ?? lastTransactionMs;
    tools.ctx.interrupts.check();
    progress.look(record.lsn);
    applyRecord(tools, record);
    records++;
  }
}

/** An id in a record is in use, whatever became of it: it must never be given out again. */
function applyRecord(tools: RedoTools, record: WalRecord): void {
  tools.redo.ids.advancePast(record.xid);
  const manager = resourceManagerOf(tools.managers, record);
  try {
    manager.redo(record, tools.redo);
  } catch (thrown) {
    throw withContext(thrown, manager, record);
  }
  tools.ctx.os.reach('recovery:record-replayed');
}

/** There is no transaction to abort: an error in redo ends the start of the server. */
function withContext(thrown: unknown, manager: ResourceManager, record: WalRecord): unknown {
  if (!(thrown instanceof PgError) || thrown.severity === 'PANIC') return thrown;
  const context = `WAL redo at ${formatLsn(record.lsn)} for ${manager.name}/${manager.describe(record)}`;
  const detail = thrown.details.detail === undefined ? context : `${thrown.details.detail} ${context}`;
  return new PgError('FATAL', thrown.sqlState, thrown.message, { ...thrown.details, detail, cause: thrown });
}

const TRANSACTION_ENDS: ReadonlySet<number> = new Set([
  TransactionInfo.commit,
  TransactionInfo.abort,
  TransactionInfo.commitPrepared,
  TransactionInfo.abortPrepared,
]);

function transactionEnd(record: WalRecord): number | undefined {
  if (record.rmgr !== Rmgr.transaction) return undefined;
  const kind = record.info & TransactionInfo.operationMask;
  return TRANSACTION_ENDS.has(kind) ? decodeTransactionEnd(record.data, record.info).time : undefined;
}
