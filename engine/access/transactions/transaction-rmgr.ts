import { Fork } from '../../base/block.js';
import { formatTimestamp, timestampFromMs } from '../../base/civil-time.js';
import { Rmgr } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import { relationPath } from '../../storage/relation-paths.js';
import type { RedoContext } from '../redo-buffers.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { TransactionInfo, decodeTransactionEnd } from './commit-record.js';

/** Ends of transactions, see commit-record.ts. */
export const transactionResourceManager: ResourceManager = {
  id: Rmgr.transaction,
  name: 'Transaction',

  redo(record, redo) {
    const operation = record.info & TransactionInfo.operationMask;
    if (operation !== TransactionInfo.commit && operation !== TransactionInfo.abort) {
      throw unknownOperation('transaction', record);
    }
    redoEnd(record, redo, operation === TransactionInfo.commit);
  },

  describe(record) {
    const isCommit = (record.info & TransactionInfo.operationMask) === TransactionInfo.commit;
    const { time, files, subtransactions } = decodeTransactionEnd(record.data, record.info);
    const dropped = files.length > 0 ? `; rels: ${files.map((file) => relationPath(file, Fork.main)).join(' ')}` : '';
    const children = subtransactions.length > 0 ? `; subxacts: ${subtransactions.join(' ')}` : '';
    return `${isCommit ? 'COMMIT' : 'ABORT'} ${formatTimestamp(timestampFromMs(time))}${dropped}${children}`;
  },
};

/** The commit log first, then the files: a commit that dropped a table is one whether or not the file is gone yet. */
function redoEnd(record: WalRecord, redo: RedoContext, isCommit: boolean): void {
  const { files, subtransactions } = decodeTransactionEnd(record.data, record.info);
  for (const xid of [...subtransactions, record.xid]) {
    redo.ids.advancePast(xid);
    if (isCommit) redo.commitLog.setCommitted(xid);
    else redo.commitLog.setAborted(xid);
  }
  redo.dropRelations(files);
}
