import { DEFAULT_TABLESPACE, Fork, blockNumber, type Oid, type RelFile } from '../../base/block.js';
import type { EngineContext } from '../../memory/context.js';
import type { BufferId } from '../../storage/buffers/descriptors.js';
import { isNew, setPageLsn } from '../../storage/page/page.js';
import { FORKS } from '../../storage/relation-paths.js';
import type { Storage } from '../../storage/storage.js';
import { Rmgr, XlogInfo } from '../../wal/rmgr-ids.js';
import type { Wal } from '../../wal/wal.js';
import { SPECIAL_RELATION_UPDATE } from '../transactions/commit-record.js';
import { logCreate } from '../transactions/storage-rmgr.js';
import type { Transactions } from '../transactions/transactions.js';
import { DatabaseInfo, encodeCreateByCopy, encodeCreateByLog, encodeDrop } from './database-records.js';

export interface DatabaseParts {
  readonly context: EngineContext;
  readonly wal: Wal;
  readonly storage: Storage;
  readonly transactions: Transactions;
}

/**
 * The contents of databases, made and dropped as a whole. None of it is undone by itself when the transaction aborts: the
 * caller sees to that, and that nobody is connected to either database.
 */
export class Databases {
  constructor(private readonly parts: DatabaseParts) {}

  exists(database: Oid): boolean {
    return this.parts.storage.databases.exists(database);
  }

  /** STRATEGY wal_log: every page of `relations` of the source is copied through shared buffers and logged. */
  createByLog(source: Oid, target: Oid, relations: readonly Oid[]): void {
    this.parts.storage.databases.create(target);
    this.log(DatabaseInfo.createByLog, encodeCreateByLog(target));
    for (const relation of relations) this.copyRelation(fileOf(source, relation), fileOf(target, relation));
  }

  /**
   * STRATEGY file_copy: the files are copied, and one record says so. A checkpoint before brings the source's pages to
   * disk; one after keeps replay from beginning before the copy, when the source's files are from a later time.
   */
  createByCopy(source: Oid, target: Oid, checkpoint: () => void): void {
    checkpoint();
    this.parts.storage.databases.copy(source, target);
    this.log(DatabaseInfo.createByCopy | SPECIAL_RELATION_UPDATE, encodeCreateByCopy(target, source));
    checkpoint();
  }

  /**
   * Beyond undoing. First the pages in memory, then what the next checkpoint was asked to do with the files: it would fail
   * without them, or strike those of a later database of the same number. The checkpoint sees to it that nobody still holds
   * such a request.
   */
  drop(database: Oid, checkpoint: () => void): void {
    const { storage } = this.parts;
    storage.buffers.dropDatabase(database);
    storage.sync.forgetDatabase(database);
    checkpoint();
    this.remove(database);
  }

  /** Takes back a creation that did not come to its end. */
  discard(database: Oid): void {
    const { storage } = this.parts;
    storage.buffers.dropDatabase(database);
    storage.sync.forgetDatabase(database);
    this.remove(database);
  }

  private remove(database: Oid): void {
    this.parts.storage.databases.remove(database);
    this.log(DatabaseInfo.drop | SPECIAL_RELATION_UPDATE, encodeDrop(database));
  }

  private log(info: number, data: Buffer): void {
    const { wal, transactions } = this.parts;
    wal.insert({ rmgr: Rmgr.database, info, xid: transactions.xidIfAssigned(), data: [data] });
  }

  private copyRelation(source: RelFile, target: RelFile): void {
    const { storage, wal } = this.parts;
    for (const fork of FORKS) {
      if (fork !== Fork.main && !storage.files.exists(source, fork)) continue;
      storage.files.create(target, fork);
      logCreate(wal, target, fork);
      this.copyFork(source, target, fork);
    }
  }

  private copyFork(source: RelFile, target: RelFile, fork: Fork): void {
    const { buffers } = this.parts.storage;
    const blocks = buffers.blocks(source, fork);
    for (let block = 0; block < blocks; block++) {
      this.parts.context.interrupts.check();
      const from = buffers.read(source, fork, blockNumber(block));
      const to = buffers.extend(target, fork);
      buffers.lock(from, 'shared');
      this.copyPage(from, to, target, fork);
      buffers.unlockRelease(from);
      buffers.unlockRelease(to);
    }
  }

  private copyPage(from: BufferId, to: BufferId, file: RelFile, fork: Fork): void {
    const { context, storage, wal } = this.parts;
    const page = storage.buffers.page(to);
    context.interrupts.critical(() => {
      storage.buffers.page(from).copy(page);
      storage.buffers.markDirty(to);
      const block = storage.buffers.blockOf(to);
      const blocks = [{ id: 0, file, fork, block, page, forceImage: true, standard: fork === Fork.main }];
      const lsn = wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.fullPageImage, data: [], blocks });
      if (!isNew(page)) setPageLsn(page, lsn);
    });
  }
}

function fileOf(database: Oid, relation: Oid): RelFile {
  return { tablespace: DEFAULT_TABLESPACE, database, relation };
}
