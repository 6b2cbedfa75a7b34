import { Fork, type RelFile } from '../../base/block.js';
import { formatTimestamp, timestampFromMs } from '../../base/civil-time.js';
import { INVALID_LSN } from '../../base/lsn.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import { relationPath } from '../../storage/relation-paths.js';
import type { RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { decodePreparedState } from '../two-phase/state-format.js';
import { TransactionInfo, decodeAssignment, decodeTransactionEnd } from './commit-record.js';

/** Ends of transactions, preparations for them, and which subtransactions are whose: see commit-record.ts. */
export const transactionResourceManager: ResourceManager = {
  id: Rmgr.transaction,
  name: 'Transaction',

  redo(record, redo) {
    switch (record.info & TransactionInfo.operationMask) {
      case TransactionInfo.commit:
      case TransactionInfo.commitPrepared:
        return redoEnd(record, redo, true);
      case TransactionInfo.abort:
      case TransactionInfo.abortPrepared:
        return redoEnd(record, redo, false);
      case TransactionInfo.prepare:
        return redo.twoPhase.redoPrepare(record);
      case TransactionInfo.assignment:
        return undefined; // for servers that answer queries while they replay
      default:
        throw unknownOperation('transaction', record);
    }
  },

  describe(record) {
    switch (record.info & TransactionInfo.operationMask) {
      case TransactionInfo.commit:
        return `COMMIT ${describeEnd(record)}`;
      case TransactionInfo.abort:
        return `ABORT ${describeEnd(record)}`;
      case TransactionInfo.commitPrepared:
        return `COMMIT_PREPARED ${describeEnd(record)}`;
      case TransactionInfo.abortPrepared:
        return `ABORT_PREPARED ${describeEnd(record)}`;
      case TransactionInfo.prepare:
        return describePrepare(record);
      default:
        return describeAssignment(record);
    }
  },
};

function describeEnd(record: WalRecord): string {
  const { time, files, subtransactions, preparedXid } = decodeTransactionEnd(record.data, record.info);
  const prepared = preparedXid === INVALID_XID ? '' : `${preparedXid}: `;
  return `${prepared}${describeTime(time)}${describeFiles('rels', files)}${describeChildren(subtransactions)}`;
}

function describePrepare({ data }: WalRecord): string {
  const state = decodePreparedState(data);
  const { gid, preparedAt, droppedAtCommit, droppedAtAbort, subtransactions } = state;
  const files = describeFiles('rels(commit)', droppedAtCommit) + describeFiles('rels(abort)', droppedAtAbort);
  const messages = state.changesCatalogs ? '; inval msgs: relcache 0' : '';
  return `PREPARE gid ${gid}: ${describeTime(preparedAt)}${files}${describeChildren(subtransactions)}${messages}`;
}

function describeTime(ms: number): string {
  return formatTimestamp(timestampFromMs(ms));
}

function describeFiles(title: string, files: readonly RelFile[]): string {
  return files.length > 0 ? `; ${title}: ${files.map((file) => relationPath(file, Fork.main)).join(' ')}` : '';
}

function describeChildren(subtransactions: readonly Xid[]): string {
  return subtransactions.length > 0 ? `; subxacts: ${subtransactions.join(' ')}` : '';
}

function describeAssignment({ data }: WalRecord): string {
  const { top, subtransactions } = decodeAssignment(data);
  return `ASSIGNMENT xtop ${top}: subxacts: ${subtransactions.join(' ')}`;
}

/** The commit log first, then the files: a commit that dropped a table is one whether or not the file is gone yet. */
function redoEnd(record: WalRecord, redo: RedoContext, isCommit: boolean): void {
  const { files, subtransactions, preparedXid } = decodeTransactionEnd(record.data, record.info);
  const isPrepared = preparedXid !== INVALID_XID;
  const xid = isPrepared ? preparedXid : record.xid;
  for (const id of [xid, ...subtransactions]) redo.ids.advancePast(id);
  if (isCommit) redo.commitLog.setCommitted(xid, INVALID_LSN, subtransactions);
  else redo.commitLog.setAborted(xid, subtransactions);
  redo.dropRelations(files);
  if (isPrepared) redo.twoPhase.redoFinish(preparedXid);
}
