import { RMGR_INFO_MASK, Rmgr } from '../../wal/rmgr-ids.js';
import { unknownOperation, type ResourceManager } from '../resource-manager.js';
import { DatabaseRedo } from './database-redo.js';
import {
  DatabaseInfo,
  databaseOf,
  describeCopy,
  describeCreation,
  describeDrop,
  sourceOf,
} from './database-records.js';

/** Databases made and dropped, see database-records.ts. */
export const databaseResourceManager: ResourceManager = {
  id: Rmgr.database,
  name: 'Database',

  redo(record, redo) {
    const again = new DatabaseRedo(redo);
    switch (record.info & RMGR_INFO_MASK) {
      case DatabaseInfo.createByCopy:
        return again.copy(sourceOf(record.data), databaseOf(record.data));
      case DatabaseInfo.createByLog:
        return again.create(databaseOf(record.data));
      case DatabaseInfo.drop:
        return again.drop(databaseOf(record.data));
      default:
        throw unknownOperation('database', record);
    }
  },

  describe(record) {
    switch (record.info & RMGR_INFO_MASK) {
      case DatabaseInfo.createByCopy:
        return `CREATE_FILE_COPY ${describeCopy(record.data)}`;
      case DatabaseInfo.createByLog:
        return `CREATE_WAL_LOG ${describeCreation(record.data)}`;
      case DatabaseInfo.drop:
        return `DROP ${describeDrop(record.data)}`;
      default:
        return `UNKNOWN (${record.info.toString(16)})`;
    }
  },
};
