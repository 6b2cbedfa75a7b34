import type { Oid } from '../../base/block.js';
import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Interrupt } from '../../memory/process-slots.js';
import type { Engine } from '../engine.js';

const ATTEMPTS = 50;
const RETRY_MS = 100;
const VACUUM_WORKER = 'autovacuum worker';

/** Who else is connected to a database, or has left a prepared transaction in it (storage/ipc/procarray.c CountOtherDBBackends). */
export class OtherSessions {
  constructor(private readonly engine: Engine) {}

  /**
   * Raises 55006 with `message` when others are still there after five seconds: whoever has just left may need a moment,
   * and a vacuum worker is sent away. The caller holds a lock that keeps new ones out.
   */
  refuseAnyIn(database: Oid, message: string): void {
    for (let attempt = 1; ; attempt++) {
      const slots = this.slotsIn(database);
      const prepared = this.preparedIn(database);
      if (slots.length === 0 && prepared === 0) return;
      if (attempt === ATTEMPTS || this.isAlone) throw busy(message, slots.length, prepared);
      this.terminate(slots.filter((slot) => this.isVacuumWorker(slot)));
      this.pause();
    }
  }

  /** Asks all of them to leave. Raises 55006 when prepared transactions could not. */
  terminateAllIn(database: Oid, name: string): void {
    const prepared = this.preparedIn(database);
    if (prepared > 0) throw busy(`database "${name}" is being used by prepared transactions`, 0, prepared);
    this.terminate(this.slotsIn(database));
  }

  private slotsIn(database: Oid): number[] {
    const { slots } = this.engine.memory;
    const all = Array.from({ length: slots.count }, (_, slot) => slot);
    return all.filter((slot) => slot !== slots.mine && slots.pid(slot) !== 0 && slots.database(slot) === database);
  }

  private preparedIn(database: Oid): number {
    return this.engine.access.twoPhase.list().filter((transaction) => transaction.database === database).length;
  }

  private isVacuumWorker(slot: number): boolean {
    return this.engine.backendType(this.engine.memory.slots.processType(slot)) === VACUUM_WORKER;
  }

  private terminate(slots: readonly number[]): void {
    const { memory } = this.engine;
    for (const slot of slots) {
      memory.slots.raiseInterrupt(slot, Interrupt.terminate);
      memory.latches.set(slot);
    }
  }

  private pause(): void {
    const { memory, interrupts } = this.engine;
    interrupts.check();
    memory.slots.waiting('Timeout', 'OtherSessions', () => memory.latches.waitSync(RETRY_MS));
  }

  /** Then nobody could leave while we wait. */
  private get isAlone(): boolean {
    return this.engine.memory.arena.memory.fd < 0;
  }
}

function busy(message: string, sessions: number, prepared: number): PgError {
  const users = [counted(sessions, 'other session'), counted(prepared, 'prepared transaction')].filter(Boolean);
  const isOne = sessions + prepared === 1;
  return error(SqlState.objectInUse, message, {
    detail: `There ${isOne ? 'is' : 'are'} ${users.join(' and ')} using the database.`,
  });
}

function counted(count: number, what: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
