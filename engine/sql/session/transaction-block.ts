import type { Notice } from '../../base/errors.js';
import { error } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Requester } from '../../access/two-phase/prepared-table.js';
import type { Isolation, TransactionOptions } from '../../access/transactions/transactions.js';
import type { Engine } from '../engine.js';
import { unsupported } from '../parse/nodes.js';

/**
 * Where a session stands between transactions (access/transam/xact.c TBlockState):
 *
 *   idle ──statement──► single ──end of statement──► idle            its own transaction
 *   single ──BEGIN──► block ──COMMIT/ROLLBACK──► idle
 *   single ──more statements in the string──► implicit ──end of string──► idle
 *   block ──error──► failed ──COMMIT/ROLLBACK──► idle                 nothing else is accepted
 *                    failed ──ROLLBACK TO──► block                    when the block has savepoints
 *
 * An error undoes the whole transaction, or what followed the innermost savepoint.
 */
type State = 'idle' | 'single' | 'implicit' | 'block' | 'failed';

export interface BlockModes {
  readonly isolation?: Isolation;
  readonly readOnly?: boolean;
}

export interface BlockCallbacks {
  notice(notice: Notice): void;
  /** The transaction has ended. */
  ended(committed: boolean): void;
  /** A subtransaction began, ended well, or was undone. */
  subtransaction(event: 'begun' | 'released' | 'undone'): void;
}

export class TransactionBlock {
  private state: State = 'idle';
  private hasQueried = false;
  /** Each is the name of a subtransaction. In a failed block the last one's may be undone already. */
  private savepoints: string[] = [];
  /** Of the transaction that an error has ended, for one that is chained to it. */
  private failedOptions: TransactionOptions | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
    private readonly callbacks: BlockCallbacks,
  ) {}

  get status(): 'I' | 'T' | 'E' {
    if (this.state === 'failed') return 'E';
    return this.state === 'block' ? 'T' : 'I';
  }

  get isInBlock(): boolean {
    return this.state === 'block' || this.state === 'implicit';
  }

  /** Inside BEGIN ... COMMIT, or in a string of several statements? */
  get isInTransaction(): boolean {
    return this.state !== 'idle';
  }

  /** Raises 25P02 while only the end of the block is accepted. */
  refuseIfFailed(): void {
    if (this.state !== 'failed') return;
    throw error(
      SqlState.inFailedSqlTransaction,
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  startStatement(): void {
    const { transactions } = this.engine.access;
    if (this.state === 'failed') return;
    if (this.state === 'idle') {
      transactions.begin(this.defaultOptions());
      this.hasQueried = false;
      this.state = 'single';
    } else transactions.startStatement();
  }

  /** Raises 25001 where a command that needs transactions of its own cannot have them. */
  refuseInBlock(command: string): void {
    if (!this.isInBlock) return;
    throw error(SqlState.activeSqlTransaction, `${command} cannot run inside a transaction block`);
  }

  /** Ends the transaction of a statement that goes on in further ones: `startStatement` begins each. */
  commitForNext(): void {
    this.commitNow();
  }

  /** A query has been run in the transaction: its modes are fixed. */
  noteQuery(): void {
    this.hasQueried = true;
  }

  /** Ends a transaction of its own; in a block, shows its effects to the next statement. */
  finishStatement(): void {
    if (this.state === 'single') this.commitNow();
    else if (this.state !== 'idle' && this.state !== 'failed') this.engine.access.transactions.incrementCommand();
  }

  /** The effects of a statement of the extended protocol become visible; its transaction ends at Sync. */
  finishPiece(): void {
    if (this.state !== 'idle' && this.state !== 'failed') this.engine.access.transactions.incrementCommand();
  }

  /** Several statements in one string share a transaction unless they say otherwise. */
  beginImplicit(): void {
    if (this.state === 'single') this.state = 'implicit';
  }

  endImplicit(): void {
    if (this.state === 'implicit' || this.state === 'single') this.commitNow();
  }

  begin(modes: BlockModes): void {
    if (this.state === 'block') this.warn(SqlState.activeSqlTransaction, 'there is already a transaction in progress');
    else this.state = 'block';
    this.setModes(modes);
  }

  /** The command tag: a failed block can only be rolled back. `chains`: another transaction of the same kind begins. */
  commit(chains = false): 'COMMIT' | 'ROLLBACK' {
    if (this.state === 'failed') {
      this.rollback(chains);
      return 'ROLLBACK';
    }
    if (this.state !== 'block') this.refuseOrWarn(chains, 'COMMIT AND CHAIN');
    const options = this.options();
    this.commitNow();
    if (chains) this.beginAgain(options);
    return 'COMMIT';
  }

  rollback(chains = false): void {
    if (this.state !== 'block' && this.state !== 'failed') this.refuseOrWarn(chains, 'ROLLBACK AND CHAIN');
    const options = this.options();
    this.rollbackNow();
    if (chains) this.beginAgain(options);
  }

  /**
   * Prepares the transaction for a two-phase commit. A failed one is rolled back, and outside of a block there is nothing
   * to prepare; the command tag says so. When it cannot be prepared, it is rolled back and the block is over.
   */
  prepare(gid: string, by: Requester): 'PREPARE TRANSACTION' | 'ROLLBACK' {
    if (this.state === 'failed') {
      this.rollbackNow();
      return 'ROLLBACK';
    }
    if (this.state !== 'block') this.warn(SqlState.noActiveSqlTransaction, 'there is no transaction in progress');
    if (this.state === 'single') return 'ROLLBACK';
    this.close();
    this.engine.access.twoPhase.prepare(gid, by);
    this.leave(true);
    return 'PREPARE TRANSACTION';
  }

  savepoint(name: string): void {
    this.requireBlock('SAVEPOINT');
    this.openSubtransaction(name);
  }

  /** Forgets the savepoint and those after it; what followed them stays. */
  release(name: string): void {
    this.requireBlock('RELEASE SAVEPOINT');
    const index = this.indexOf(name);
    while (this.savepoints.length > index) {
      this.engine.access.transactions.releaseSub();
      this.savepoints.pop();
      this.callbacks.subtransaction('released');
    }
  }

  /** Undoes what followed the savepoint, which stays. A failed block goes on. */
  rollbackTo(name: string): void {
    if (this.state !== 'failed') this.requireBlock('ROLLBACK TO SAVEPOINT');
    const index = this.indexOf(name);
    while (this.savepoints.length > index) {
      if (this.isOpen(this.savepoints.length)) this.undoSubtransaction();
      this.savepoints.pop();
    }
    this.state = 'block';
    this.openSubtransaction(name);
  }

  /** After an error: the transaction, or the innermost subtransaction, is undone; a block waits for its end. */
  fail(): void {
    if (this.state === 'failed') return;
    const { transactions } = this.engine.access;
    if (this.savepoints.length > 0) {
      this.undoSubtransaction();
      this.state = 'failed';
      return;
    }
    const wasOpen = this.state !== 'idle';
    if (wasOpen) this.failedOptions = this.options();
    transactions.abort();
    this.state = this.state === 'block' ? 'failed' : 'idle';
    if (wasOpen) this.callbacks.ended(false);
  }

  /** SET TRANSACTION, and the modes of BEGIN. */
  setModes({ isolation, readOnly }: BlockModes): void {
    const { transactions } = this.engine.access;
    if (isolation !== undefined && isolation !== transactions.isolation) {
      if (this.hasQueried) throw active('SET TRANSACTION ISOLATION LEVEL must be called before any query');
      if (transactions.depth > 0) {
        throw active('SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction');
      }
      transactions.setIsolation(isolation);
    }
    if (readOnly === undefined || readOnly === transactions.isReadOnly) return;
    if (!readOnly && transactions.depth > 0) {
      throw active('cannot set transaction read-write mode inside a read-only transaction');
    }
    if (!readOnly && this.hasQueried) throw active('transaction read-write mode must be set before any query');
    transactions.isReadOnly = readOnly;
  }

  private defaultOptions(): TransactionOptions {
    return {
      isolation: isolationFrom(this.settings.get('default_transaction_isolation')),
      readOnly: this.settings.get('default_transaction_read_only'),
    };
  }

  /** Of the transaction that is in progress, or was until an error ended it. */
  private options(): TransactionOptions {
    const { transactions } = this.engine.access;
    if (!transactions.isInTransaction) return this.failedOptions ?? this.defaultOptions();
    return { isolation: transactions.isolation, readOnly: transactions.isReadOnly };
  }

  private commitNow(): void {
    const synchronous = this.settings.get('synchronous_commit') !== 'off';
    this.close();
    this.engine.access.transactions.commit({ synchronous });
    this.leave(true);
  }

  /** The block is over, whatever becomes of its end: an error in it undoes the whole, with all that savepoints began. */
  private close(): void {
    this.state = 'single';
    this.savepoints = [];
  }

  private rollbackNow(): void {
    const { transactions } = this.engine.access;
    const wasOpen = transactions.isInTransaction;
    transactions.abort();
    this.leave(false, wasOpen);
  }

  private leave(committed: boolean, wasOpen = true): void {
    this.state = 'idle';
    this.savepoints = [];
    if (wasOpen) this.callbacks.ended(committed);
  }

  private beginAgain(options: TransactionOptions): void {
    this.engine.access.transactions.begin(options);
    this.hasQueried = false;
    this.state = 'block';
  }

  private openSubtransaction(name: string): void {
    this.engine.access.transactions.beginSub();
    this.savepoints.push(name);
    this.callbacks.subtransaction('begun');
  }

  private undoSubtransaction(): void {
    this.engine.access.transactions.rollbackSub();
    this.callbacks.subtransaction('undone');
  }

  /** Is the subtransaction at that depth still there? An error has undone the innermost one. */
  private isOpen(depth: number): boolean {
    return this.engine.access.transactions.depth >= depth;
  }

  private indexOf(name: string): number {
    const index = this.savepoints.lastIndexOf(name);
    if (index < 0) throw error(SqlState.invalidSavepoint, `savepoint "${name}" does not exist`);
    return index;
  }

  private requireBlock(command: string): void {
    if (this.state === 'block') return;
    throw error(SqlState.noActiveSqlTransaction, `${command} can only be used in transaction blocks`);
  }

  private refuseOrWarn(chains: boolean, command: string): void {
    if (chains) this.requireBlock(command);
    this.warn(SqlState.noActiveSqlTransaction, 'there is no transaction in progress');
  }

  private warn(sqlState: string, message: string): void {
    this.callbacks.notice({ severity: 'WARNING', sqlState, message });
  }
}

function active(message: string): Error {
  return error(SqlState.activeSqlTransaction, message);
}

/** 0A000 for SERIALIZABLE, which promises more than the engine does. */
export function isolationFrom(name: string): Isolation {
  if (name === 'serializable') throw unsupported('isolation level SERIALIZABLE');
  return name === 'repeatable read' ? 'repeatable read' : 'read committed';
}
