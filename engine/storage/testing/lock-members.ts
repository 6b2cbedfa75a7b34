import { PgError } from '../../base/errors.js';
import type { Memory } from '../../memory/memory.js';
import type { LockManager } from '../locks/lock-manager.js';
import type { LockMode } from '../locks/lock-mode.js';
import type { LockTag } from '../locks/lock-tag.js';
import { openTestStorage } from './test-storage.js';

/** What the processes of the lock tests do, as members of a Cluster (memory/testing/processes.ts). */
export const LOCK_MEMBERS_URL = import.meta.url;
export const Shared = { counter: 220, phase: 221, firstOfThree: 222 } as const;

export function relationTag(relation: number): LockTag {
  return { kind: 'relation', database: 5, relation };
}

export function openLocks(memory: Memory, settings: Record<string, number> = {}): LockManager {
  const { context, locks } = openTestStorage('/nonexistent', memory);
  const changed = context.settings.layer();
  for (const [name, value] of Object.entries(settings)) changed.set(name as 'lock_timeout', value, 'session');
  locks.useSettings(changed);
  return locks;
}

/** Moves the test on to the next phase. */
export function reachPhase(memory: Memory): void {
  const area = memory.arena.area('statistics');
  Atomics.add(area.i32, Shared.phase, 1);
  memory.arena.wake(area, Shared.phase, 100);
}

export function waitForPhase(memory: Memory, phase: number): void {
  const area = memory.arena.area('statistics');
  for (let now = 0; (now = Atomics.load(area.i32, Shared.phase)) < phase;)
    memory.arena.wait(area, Shared.phase, now, 20_000);
}

/** Adds to a plain word under a heavyweight lock: no addition is lost only if the lock excludes. */
export function incrementUnderHeavyLock(memory: Memory, times: string): void {
  const locks = openLocks(memory);
  const { i32 } = memory.arena.area('statistics');
  for (let i = 0; i < Number(times); i++) {
    locks.acquire(relationTag(1), i % 2 === 0 ? 'Exclusive' : 'AccessExclusive');
    i32[Shared.counter]++;
    locks.releaseAll();
  }
}

/**
 * Carries out steps like `1:Share 1:Exclusive`, with a `|` to tell that a phase is reached and wait for the number of
 * it, and prints `done` or the error.
 */
export function lockInSteps(memory: Memory, steps: string, settings = '{}'): void {
  const locks = openLocks(memory, { deadlock_timeout: 100, ...(JSON.parse(settings) as Record<string, number>) });
  try {
    for (const step of steps.split(' ')) takeStep(memory, locks, step);
    print({ outcome: 'done' });
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    print({ outcome: thrown.sqlState, message: thrown.message, detail: thrown.details.detail });
  } finally {
    locks.releaseAll();
  }
}

export interface StepsResult {
  readonly outcome: string;
  readonly message?: string;
  readonly detail?: string;
}

function takeStep(memory: Memory, locks: LockManager, step: string): void {
  if (step === 'reach') return reachPhase(memory);
  const [name, mode] = step.split(':');
  if (name === 'await') return waitForPhase(memory, Number(mode));
  locks.acquire(relationTag(Number(name)), mode as LockMode);
}

function print(result: StepsResult): void {
  process.stdout.write(JSON.stringify(result));
}

export interface RandomResult {
  readonly deadlocks: number;
  readonly writes: number;
}

/**
 * As one of `members` processes that begin together: takes random locks in random order, gives up on deadlocks, and adds
 * to a plain word under each exclusive lock: as many additions as `writes` only if the locks exclude.
 */
export function lockAtRandom(memory: Memory, times: string, members: string): void {
  const locks = openLocks(memory, { deadlock_timeout: 5 });
  const result = { deadlocks: 0, writes: 0 };
  reachPhase(memory);
  waitForPhase(memory, Number(members));
  for (let i = 0; i < Number(times); i++) {
    try {
      for (let n = 0; n < 3; n++) result.writes += lockOneAtRandom(memory, locks);
    } catch (thrown) {
      if (!(thrown instanceof PgError) || thrown.sqlState !== '40P01') throw thrown;
      result.deadlocks++;
    }
    locks.releaseAll();
  }
  process.stdout.write(JSON.stringify(result satisfies RandomResult));
}

function lockOneAtRandom(memory: Memory, locks: LockManager): number {
  const relation = Math.floor(Math.random() * 3);
  const isWriter = Math.random() < 0.5;
  locks.acquire(relationTag(relation), isWriter ? 'AccessExclusive' : 'AccessShare');
  if (isWriter) memory.arena.area('statistics').i32[Shared.firstOfThree + relation]++;
  return isWriter ? 1 : 0;
}
