import { fatal } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { INVALID_XID, type Xid } from '../../base/xid.js';
import type { ResourceOwner } from '../../storage/resources.js';
import { PendingFiles } from './pending-files.js';

/** Gives a row, if one of `undone` has changed it, back to who had locked it before. */
export type KeptLock = (undone: ReadonlySet<Xid>) => void;

/** One level of a transaction: the whole, or a subtransaction in another (xact.c TransactionStateData). */
export class TransactionLevel {
  xid = INVALID_XID;
  /** Subtransactions with ids that ended well, and those in them; oldest first. */
  readonly children: Xid[] = [];
  readonly files = new PendingFiles();
  readonly callbacks: ((committed: boolean) => void)[] = [];
  /** Locks of levels around it on rows that it changed. */
  private keptLocks: KeptLock[] = [];
  /** Others must forget what they know of tables when it commits. */
  changesCatalogs = false;

  constructor(
    /** 1 for the whole; counts the subtransactions of a transaction (SubTransactionId). */
    readonly number: number,
    /** Undefined for the whole. */
    readonly owner: ResourceOwner | undefined,
    public isReadOnly: boolean,
  ) {}

  /** The youngest id that ends with this level. */
  get latestXid(): Xid {
    return this.children.length > 0 ? this.children[this.children.length - 1] : this.xid;
  }

  /** `restore` gives a row back to `locker`, should this level be undone; nothing to keep if it locked the row itself. */
  keepLock(locker: Xid, restore: KeptLock): void {
    if (locker !== this.xid && !this.children.includes(locker)) this.keptLocks.push(restore);
  }

  /** Newest first. Raises FATAL: a lock that cannot be given back must not be lost in silence. */
  restoreLocks(): void {
    const { keptLocks } = this;
    if (keptLocks.length === 0) return;
    this.keptLocks = [];
    const undone = new Set([this.xid, ...this.children]);
    try {
      for (const restore of keptLocks.toReversed()) restore(undone);
    } catch (cause) {
      throw fatal(SqlState.internalError, 'could not lock rows again after a rollback to a savepoint', { cause });
    }
  }

  /** A subtransaction ended well: what it did is this level's from now on. */
  absorb(ended: TransactionLevel): void {
    if (ended.xid !== INVALID_XID) this.children.push(ended.xid);
    for (const child of ended.children) this.children.push(child);
    for (const callback of ended.callbacks) this.callbacks.push(callback);
    for (const kept of ended.keptLocks) this.keptLocks.push(kept);
    this.files.absorb(ended.files);
    this.changesCatalogs ||= ended.changesCatalogs;
  }
}
