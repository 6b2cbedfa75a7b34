import { Rmgr, RMGR_INFO_MASK } from '../../wal/rmgr-ids.js';
import type { Xid } from '../../base/xid.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { CommitLogInfo } from './commit-log-format.js';

/** Commit-log records: zero page (page:i32); truncate (page:i32 oldest:u32 database:u32). */
export const commitLogResourceManager: ResourceManager = {
  id: Rmgr.commitLog,
  name: 'CLOG',

  redo(record, { commitLog, ids }) {
    switch (record.info & RMGR_INFO_MASK) {
      case CommitLogInfo.zeroPage:
        commitLog.redoZeroPage(record.data.readInt32LE(0));
        break;
      case CommitLogInfo.truncate:
        commitLog.redoTruncation(record.data.readInt32LE(0), record.data.readUInt32LE(4) as Xid);
        ids.advanceLimits(record.data.readUInt32LE(4) as Xid, record.data.readUInt32LE(8));
        break;
      default:
        throw unknownOperation('commit log', record);
    }
  },

  describe(record) {
    const page = `page ${record.data.readInt32LE(0)}`;
    if ((record.info & RMGR_INFO_MASK) === CommitLogInfo.zeroPage) return `ZEROPAGE ${page}`;
    return `TRUNCATE ${page}; oldestXact ${record.data.readUInt32LE(4)}`;
  },
};
