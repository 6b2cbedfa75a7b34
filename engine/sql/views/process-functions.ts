import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { Interrupt } from '../../memory/process-slots.js';
import type { Implementation } from '../functions/signature.js';
import { SqlArray } from '../types/array/sql-array.js';
import type { SystemEnvironment as Env } from './system-environment.js';

/** Asks another process for something; false, with a warning, when it is no process of this server. */
function interrupt(pid: number, bits: number, { engine, notice }: Env): boolean {
  const { slots, latches } = engine.memory;
  const slot = pid === 0 ? -1 : slots.slotOfPid(pid);
  if (slot < 0) {
    notice({
      severity: 'WARNING',
      sqlState: SqlState.warning,
      message: `PID ${pid} is not a PostgreSQL backend process`,
    });
    return false;
  }
  slots.raiseInterrupt(slot, bits);
  latches.set(slot);
  return true;
}

/** The longest single sleep, so that a cancel is never missed for long even where nothing can wake the sleeper. */
const LONGEST_NAP_MS = 1000;

function sleep(seconds: number, { engine }: Env): void {
  const { memory, os, interrupts } = engine;
  const end = os.clock.monotonic() + seconds * 1000;
  const isAlone = memory.arena.memory.fd < 0;
  memory.slots.waiting('Timeout', 'PgSleep', () => {
    for (let left = seconds * 1000; left > 0; left = end - os.clock.monotonic()) {
      interrupts.check();
      if (!isAlone) memory.latches.waitSync(Math.min(left, LONGEST_NAP_MS));
    }
  });
}

export const processCode: Readonly<Record<string, Implementation>> = {
  pg_backend_pid: ({ engine }: Env) => engine.os.processes.pid,
  pg_cancel_backend: (pid: number, env: Env) => interrupt(pid, Interrupt.cancel, env),
  pg_terminate_backend: (pid: number, timeout: bigint, env: Env) => {
    if (timeout < 0n) throw error(SqlState.numericValueOutOfRange, '"timeout" must not be negative');
    return interrupt(pid, Interrupt.terminate, env);
  },
  pg_sleep: (seconds: number, env: Env) => sleep(seconds, env),
  pg_reload_conf: ({ engine }: Env) => engine.reloadConfiguration(),
  pg_blocking_pids: (pid: number, { engine }: Env) => SqlArray.of(blockersOf(engine.storage.locks.list(), pid)),
};

type Listing = ReturnType<Env['engine']['storage']['locks']['list']>;

/** Who holds what `pid` waits for. */
function blockersOf(locks: Listing, pid: number): number[] {
  const awaited = new Set(
    locks.filter((lock) => lock.pid === pid && !lock.granted).map((lock) => JSON.stringify(lock.tag)),
  );
  const holders = locks.filter((lock) => lock.pid !== pid && lock.granted && awaited.has(JSON.stringify(lock.tag)));
  return [...new Set(holders.map((lock) => lock.pid))];
}
