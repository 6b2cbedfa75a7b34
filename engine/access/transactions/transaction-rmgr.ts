import { Fork } from '../../base/block.js';
import { formatTimestamp, timestampFromMs } from '../../base/civil-time.js';
import { INVALID_LSN } from '../../base/lsn.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import { relationPath } from '../../storage/relation-paths.js';
import type { RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { TransactionInfo, decodeAssignment, decodeTransactionEnd } from './commit-record.js';

/** Ends of transactions, and which subtransactions are whose: see commit-record.ts. */
export const transactionResourceManager: ResourceManager = {
  id: Rmgr.transaction,
  name: 'Transaction',

  redo(record, redo) {
    switch (record.info & TransactionInfo.operationMask) {
      case TransactionInfo.commit:
        return redoEnd(record, redo, true);
      case TransactionInfo.abort:
        return redoEnd(record, redo, false);
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
      default:
        return describeAssignment(record);
    }
  },
};

function describeEnd(record: WalRecord): string {
  const { time, files, subtransactions } = decodeTransactionEnd(record.data, record.info);
  const dropped = files.length > 0 ? `; rels: ${files.map((file) => relationPath(file, Fork.main)).join(' ')}` : '';
  const children = subtransactions.length > 0 ? `; subxacts: ${subtransactions.join(' ')}` : '';
  return `${formatTimestamp(timestampFromMs(time))}${dropped}${children}`;
}

function describeAssignment({ data }: WalRecord): string {
  const { top, subtransactions } = decodeAssignment(data);
  return `ASSIGNMENT xtop ${top}: subxacts: ${subtransactions.join(' ')}`;
}

/** The commit log first, then the files: a commit that dropped a table is one whether or not the file is gone yet. */
function redoEnd(record: WalRecord, redo: RedoContext, isCommit: boolean): void {
  const { files, subtransactions } = decodeTransactionEnd(record.data, record.info);
  for (const xid of subtransactions) redo.ids.advancePast(xid);
  if (isCommit) redo.commitLog.setCommitted(record.xid, INVALID_LSN, subtransactions);
  else redo.commitLog.setAborted(record.xid, subtransactions);
  redo.dropRelations(files);
}
