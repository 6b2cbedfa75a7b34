import { sameRelFile, type RelFile } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import { CACHED_SUBTRANSACTIONS } from '../../memory/area-table.js';
import type { EngineContext } from '../../memory/context.js';
import type { Storage } from '../../storage/storage.js';
import { ResourceOwner } from '../../storage/resources.js';
import type { Wal } from '../../wal/wal.js';
import { assignmentRecord } from './commit-record.js';
import type { SubtransactionLog } from './subtransaction-log.js';
import type { TransactionIds } from './transaction-ids.js';
import { TransactionLevel } from './transaction-level.js';

/**
 * This process's transaction and the subtransactions it is in, outermost first, and their ids.
 *
 * A level gets its id only when it writes, and after the levels around it have theirs: so a subtransaction's id is always
 * later than its parent's.
 */
export class TransactionLevels {
  private levels: TransactionLevel[] = [];
  private lastNumber = 0;
  /** Ids of all subtransactions but the aborted ones. */
  private readonly subtransactionXids = new Set<Xid>();
  /** Assigned since the last record that says so. */
  private unreported: Xid[] = [];
  topXid = INVALID_XID;

  constructor(
    private readonly context: EngineContext,
    private readonly wal: Wal,
    private readonly storage: Storage,
    private readonly ids: TransactionIds,
    private readonly log: SubtransactionLog,
  ) {}

  get isEmpty(): boolean {
    return this.levels.length === 0;
  }

  /** How many subtransactions are open. */
  get depth(): number {
    return this.levels.length - 1;
  }

  get top(): TransactionLevel {
    return this.levels[0];
  }

  get current(): TransactionLevel {
    return this.levels[this.levels.length - 1];
  }

  /** Was the file made by this transaction, on any level that is open? */
  hasMade(file: RelFile): boolean {
    return this.levels.some(({ files }) => files.removedBy(false).some((made) => sameRelFile(made, file)));
  }

  isMine(xid: Xid): boolean {
    if (xid === INVALID_XID) return false;
    return xid === this.topXid || (this.subtransactionXids.size > 0 && this.subtransactionXids.has(xid));
  }

  begin(isReadOnly: boolean): void {
    this.lastNumber = 1;
    this.levels.push(new TransactionLevel(1, undefined, isReadOnly));
  }

  end(): void {
    this.levels = [];
    this.topXid = INVALID_XID;
    this.unreported = [];
    this.subtransactionXids.clear();
    this.storage.resources.current = undefined;
  }

  push(): void {
    const { resources } = this.storage;
    resources.current = new ResourceOwner(this.current.owner);
    this.levels.push(new TransactionLevel(++this.lastNumber, resources.current, this.current.isReadOnly));
  }

  /** Closes the innermost subtransaction, which ended well. Who waits for it will wait for the whole. */
  merge(): void {
    assert(this.depth > 0, 'no subtransaction is in progress');
    const { xid } = this.current;
    if (xid !== INVALID_XID) this.storage.locks.release({ kind: 'transaction', xid }, 'Exclusive');
    const ended = this.pop();
    ended.owner!.mergeIntoParent();
    this.current.absorb(ended);
  }

  /** Closes the innermost subtransaction, which aborted; its locks and pins are the caller's to give back. */
  drop(): TransactionLevel {
    const ended = this.pop();
    ended.owner!.noteReleased();
    this.subtransactionXids.delete(ended.xid);
    for (const child of ended.children) this.subtransactionXids.delete(child);
    return ended;
  }

  /** Gives the level an id, and before it those around it that have none. Others can wait for it from then on. */
  assignXid(depth = this.depth): Xid {
    for (let outer = 0; outer <= depth; outer++) {
      if (this.levels[outer].xid === INVALID_XID) this.assign(this.levels[outer], outer);
    }
    return this.levels[depth].xid;
  }

  private assign(level: TransactionLevel, depth: number): void {
    const { locks, resources } = this.storage;
    level.xid = this.ids.assignXid(depth > 0);
    if (depth === 0) this.topXid = level.xid;
    else {
      this.log.setParent(level.xid, this.levels[depth - 1].xid);
      this.subtransactionXids.add(level.xid);
    }
    resources.onBehalfOf(level.owner, () => locks.acquire({ kind: 'transaction', xid: level.xid }, 'Exclusive'));
    if (depth > 0) this.report(level.xid);
  }

  /** Those who follow the log learn of subtransactions before there are more than a process shows. */
  private report(xid: Xid): void {
    if (this.context.settings.get('wal_level') === 'minimal') return;
    if (this.unreported.push(xid) < CACHED_SUBTRANSACTIONS) return;
    this.wal.insert(assignmentRecord(this.topXid, xid, this.unreported));
    this.unreported = [];
  }

  private pop(): TransactionLevel {
    assert(this.depth > 0, 'no subtransaction is in progress');
    const ended = this.levels.pop()!;
    this.storage.resources.current = this.current.owner?.heir;
    return ended;
  }
}
