import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { INVALID_LSN, type Lsn } from '../../base/lsn.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Xid } from '../../base/xid.js';
import type { Area } from '../../memory/arena.js';
import { PREPARED_ENTRY_BYTES } from '../../memory/area-table.js';
import type { EngineContext } from '../../memory/context.js';
import { lwLockIds } from '../../memory/lwlock-table.js';

/** A gid has fewer bytes than this (GIDSIZE). */
export const GID_BYTES = 200;

/**
 * Transactions prepared for a two-phase commit, in shared memory (twophase.c GlobalTransactionData): an entry of 512 bytes
 * each, at the same place among the entries as behind the process slots. Under the lock TwoPhaseState.
 *
 *   words: state, transaction id, database, owner, process slot + 1 of who is about to finish it, gid's bytes, on disk
 *   doubles: when it was prepared (ms since 1970), where its record starts and ends      from 64: the gid
 */
const Word = { state: 0, xid: 1, database: 2, owner: 3, claimedBy: 4, gidBytes: 5, isOnDisk: 6 } as const;
const Double = { preparedAt: 4, start: 5, end: 6 } as const;
const GID_AT = 64;

const State = {
  free: 0,
  /** Not prepared yet; or finished, and about to go. */
  reserved: 1,
  prepared: 2,
  /** Found by recovery, not at work yet. */
  replayed: 3,
} as const;

export interface PreparedTransaction {
  readonly xid: Xid;
  readonly gid: string;
  readonly preparedAt: number;
  readonly owner: Oid;
  readonly database: Oid;
}

/** Who asks. */
export interface Requester {
  readonly role: Oid;
  readonly isSuperuser: boolean;
  readonly database: Oid;
}

export class PreparedTable {
  readonly capacity: number;
  private readonly area: Area;

  constructor(private readonly context: EngineContext) {
    this.area = context.memory.arena.area('prepared-transactions');
    this.capacity = context.memory.arena.sizes.preparedTransactions;
  }

  locked<T>(mode: 'shared' | 'exclusive', body: () => T): T {
    return this.context.memory.lwlocks.with(lwLockIds.TwoPhaseState, mode, body);
  }

  /** The entry's place in the process array. */
  slotOf(entry: number): number {
    return this.context.memory.slots.count + entry;
  }

  /** An entry for a transaction about to be prepared, claimed by this process. Raises 42710, 53200, 55000. */
  reserve(transaction: PreparedTransaction): number {
    if (this.capacity === 0) {
      throw error(SqlState.objectNotInPrerequisiteState, 'prepared transactions are disabled', {
        hint: 'Set max_prepared_transactions to a nonzero value.',
      });
    }
    return this.locked('exclusive', () => {
      if (this.entries().some((entry) => this.gid(entry) === transaction.gid)) {
        throw error(SqlState.duplicateObject, `transaction identifier "${transaction.gid}" is already in use`);
      }
      const entry = this.add(transaction, State.reserved);
      this.set(entry, Word.claimedBy, this.context.memory.slots.mine + 1);
      return entry;
    });
  }

  /** An entry for what recovery has found. Its lock is not needed: nobody else is there. */
  addReplayed(transaction: PreparedTransaction, start: Lsn, end: Lsn): void {
    const entry = this.add(transaction, State.replayed);
    this.setRecord(entry, start, end);
    if (start === INVALID_LSN) this.setOnDisk(entry);
  }

  /** From here on others may finish it. Under the lock, exclusively. */
  markPrepared(entry: number): void {
    this.set(entry, Word.state, State.prepared);
  }

  setRecord(entry: number, start: Lsn, end: Lsn): void {
    this.setDouble(entry, Double.start, start);
    this.setDouble(entry, Double.end, end);
  }

  /** Where its record starts; 0 when it is only on disk. */
  start(entry: number): Lsn {
    return this.double(entry, Double.start) as Lsn;
  }

  end(entry: number): Lsn {
    return this.double(entry, Double.end) as Lsn;
  }

  isOnDisk(entry: number): boolean {
    return this.word(entry, Word.isOnDisk) !== 0;
  }

  setOnDisk(entry: number): void {
    this.set(entry, Word.isOnDisk, 1);
  }

  isReplayed(entry: number): boolean {
    return this.word(entry, Word.state) === State.replayed;
  }

  /** The prepared transaction of that name, this process's to finish. Raises 42704, 42501, 55000, 0A000. */
  claim(gid: string, by: Requester): number {
    return this.locked('exclusive', () => {
      const entry = this.prepared().find((candidate) => this.gid(candidate) === gid);
      if (entry === undefined) {
        const message = `prepared transaction with identifier "${gid}" does not exist`;
        throw error(SqlState.undefinedObject, message);
      }
      this.refuse(entry, gid, by);
      this.set(entry, Word.claimedBy, this.context.memory.slots.mine + 1);
      return entry;
    });
  }

  unclaim(entry: number): void {
    this.locked('exclusive', () => this.set(entry, Word.claimedBy, 0));
  }

  /** Under the lock, exclusively. */
  free(entry: number): void {
    this.area.bytes.fill(0, entry * PREPARED_ENTRY_BYTES, (entry + 1) * PREPARED_ENTRY_BYTES);
  }

  find(xid: Xid): number | undefined {
    return this.entries().find((entry) => this.word(entry, Word.xid) === xid);
  }

  /** All in use. */
  entries(): number[] {
    return this.inStates(State.reserved, State.prepared, State.replayed);
  }

  prepared(): number[] {
    return this.inStates(State.prepared);
  }

  replayed(): number[] {
    return this.inStates(State.replayed);
  }

  describe(entry: number): PreparedTransaction {
    return {
      xid: this.xid(entry),
      gid: this.gid(entry),
      preparedAt: this.double(entry, Double.preparedAt),
      owner: this.word(entry, Word.owner),
      database: this.word(entry, Word.database),
    };
  }

  xid(entry: number): Xid {
    return this.word(entry, Word.xid) as Xid;
  }

  private refuse(entry: number, gid: string, { role, isSuperuser, database }: Requester): void {
    if (this.word(entry, Word.claimedBy) !== 0) {
      const message = `prepared transaction with identifier "${gid}" is busy`;
      throw error(SqlState.objectNotInPrerequisiteState, message);
    }
    if (!isSuperuser && this.word(entry, Word.owner) !== role) {
      throw error(SqlState.insufficientPrivilege, 'permission denied to finish prepared transaction', {
        hint: 'Must be superuser or the user that prepared the transaction.',
      });
    }
    if (this.word(entry, Word.database) !== database) {
      throw error(SqlState.featureNotSupported, 'prepared transaction belongs to another database', {
        hint: 'Connect to the database where the transaction was prepared to finish it.',
      });
    }
  }

  private add(transaction: PreparedTransaction, state: number): number {
    const { xid, gid, preparedAt, owner, database } = transaction;
    const [entry] = this.inStates(State.free);
    if (entry === undefined) {
      throw error(SqlState.outOfMemory, 'maximum number of prepared transactions reached', {
        hint: `Increase max_prepared_transactions (currently ${this.capacity}).`,
      });
    }
    const at = entry * PREPARED_ENTRY_BYTES + GID_AT;
    this.set(entry, Word.gidBytes, this.area.bytes.write(gid, at, GID_BYTES));
    this.set(entry, Word.xid, xid);
    this.set(entry, Word.database, database);
    this.set(entry, Word.owner, owner);
    this.setDouble(entry, Double.preparedAt, preparedAt);
    this.set(entry, Word.state, state);
    return entry;
  }

  private inStates(...states: number[]): number[] {
    const found: number[] = [];
    for (let entry = 0; entry < this.capacity; entry++) {
      if (states.includes(this.word(entry, Word.state))) found.push(entry);
    }
    return found;
  }

  private gid(entry: number): string {
    const at = entry * PREPARED_ENTRY_BYTES + GID_AT;
    return this.area.bytes.toString('utf8', at, at + this.word(entry, Word.gidBytes));
  }

  private word(entry: number, word: number): number {
    return this.area.u32[(entry * PREPARED_ENTRY_BYTES) / 4 + word];
  }

  private set(entry: number, word: number, value: number): void {
    this.area.u32[(entry * PREPARED_ENTRY_BYTES) / 4 + word] = value;
  }

  private double(entry: number, index: number): number {
    return this.area.f64[(entry * PREPARED_ENTRY_BYTES) / 8 + index];
  }

  private setDouble(entry: number, index: number, value: number): void {
    this.area.f64[(entry * PREPARED_ENTRY_BYTES) / 8 + index] = value;
  }
}
