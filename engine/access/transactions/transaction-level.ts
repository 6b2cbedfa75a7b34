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
  keptLocks: KeptLock[] = [];
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

  hasUsed(xid: Xid): boolean {
    return xid === this.xid || this.children.includes(xid);
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
