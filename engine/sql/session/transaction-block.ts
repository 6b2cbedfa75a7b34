import type { Notice } from '../../base/errors.js';
import { error } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
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
}

export class TransactionBlock {
  private state: State = 'idle';
  private hasQueried = false;

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

  /** The command tag: a failed block can only be rolled back. */
  commit(): 'COMMIT' | 'ROLLBACK' {
    if (this.state === 'failed') {
      this.rollbackNow();
      return 'ROLLBACK';
    }
    if (this.state !== 'block') this.warn(SqlState.noActiveSqlTransaction, 'there is no transaction in progress');
    this.commitNow();
    return 'COMMIT';
  }

  rollback(): void {
    if (this.state !== 'block' && this.state !== 'failed') {
      this.warn(SqlState.noActiveSqlTransaction, 'there is no transaction in progress');
    }
    this.rollbackNow();
  }

  /** After an error: the transaction is undone; a block waits for its end. */
  fail(): void {
    const inBlock = this.state === 'block' || this.state === 'failed';
    const wasOpen = this.state !== 'idle' && this.state !== 'failed';
    this.engine.access.transactions.abort();
    this.state = inBlock ? 'failed' : 'idle';
    if (wasOpen) this.callbacks.ended(false);
  }

  /** SET TRANSACTION, and the modes of BEGIN. */
  setModes({ isolation, readOnly }: BlockModes): void {
    const { transactions } = this.engine.access;
    if (isolation !== undefined && isolation !== transactions.isolation) {
      if (this.hasQueried) {
        throw error(SqlState.activeSqlTransaction, 'SET TRANSACTION ISOLATION LEVEL must be called before any query');
      }
      transactions.setOptions({ isolation, readOnly: transactions.isReadOnly });
    }
    if (readOnly === undefined || readOnly === transactions.isReadOnly) return;
    if (!this.hasQueried) transactions.setOptions({ isolation: transactions.isolation, readOnly });
    else if (readOnly) throw unsupported('SET TRANSACTION READ ONLY after the first query');
    else throw error(SqlState.activeSqlTransaction, 'transaction read-write mode must be set before any query');
  }

  private defaultOptions(): TransactionOptions {
    return {
      isolation: isolationFrom(this.settings.get('default_transaction_isolation')),
      readOnly: this.settings.get('default_transaction_read_only'),
    };
  }

  private commitNow(): void {
    const synchronous = this.settings.get('synchronous_commit') !== 'off';
    this.engine.access.transactions.commit({ synchronous });
    this.state = 'idle';
    this.callbacks.ended(true);
  }

  private rollbackNow(): void {
    const wasFailed = this.state === 'failed';
    this.engine.access.transactions.abort();
    this.state = 'idle';
    if (!wasFailed) this.callbacks.ended(false);
  }

  private warn(sqlState: string, message: string): void {
    this.callbacks.notice({ severity: 'WARNING', sqlState, message });
  }
}

/** 0A000 for SERIALIZABLE, which promises more than the engine does. */
export function isolationFrom(name: string): Isolation {
  if (name === 'serializable') throw unsupported('isolation level SERIALIZABLE');
  return name === 'repeatable read' ? 'repeatable read' : 'read committed';
}
