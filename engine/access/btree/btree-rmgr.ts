import { RMGR_INFO_MASK, Rmgr } from '../../wal/rmgr-ids.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { describeBTreeRecord } from './btree-describe.js';
import { BTreeInfo } from './btree-records.js';
import {
  redoDelete,
  redoHalfDead,
  redoInsert,
  redoNewRoot,
  redoSplit,
  redoUnlink,
  restoreMetapage,
} from './btree-redo.js';

/** Indexes' records (nbtxlog.c btree_redo). */
export const btreeResourceManager: ResourceManager = {
  id: Rmgr.btree,
  name: 'Btree',

  redo(record, redo) {
    switch (record.info & RMGR_INFO_MASK) {
      case BTreeInfo.insertLeaf:
        return redoInsert(record, redo, false);
      case BTreeInfo.insertUpper:
      case BTreeInfo.insertMeta:
        return redoInsert(record, redo, true);
      case BTreeInfo.splitLeft:
        return redoSplit(record, redo, true);
      case BTreeInfo.splitRight:
        return redoSplit(record, redo, false);
      case BTreeInfo.delete:
      case BTreeInfo.vacuum:
        return redoDelete(record, redo);
      case BTreeInfo.unlinkPage:
      case BTreeInfo.unlinkPageMeta:
        return redoUnlink(record, redo);
      case BTreeInfo.newRoot:
        return redoNewRoot(record, redo);
      case BTreeInfo.markHalfDead:
        return redoHalfDead(record, redo);
      case BTreeInfo.metaCleanup:
        return restoreMetapage(record, redo, 0);
      case BTreeInfo.reusePage:
        // Only of interest to queries on a standby.
        return;
      default:
        throw unknownOperation('btree', record);
    }
  },

  describe: describeBTreeRecord,
};
