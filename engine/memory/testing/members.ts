import { lwLockIds } from '../lwlock-table.js';
import type { Memory } from '../memory.js';

/** What the processes of the memory tests do. Words 100.. of the area 'statistics' are theirs. */
export const MEMBERS_URL = import.meta.url;
export const Shared = {
  counter: 100,
  ready: 101,
  woken: 102,
  readers: 103,
  mostReaders: 104,
  torn: 105,
  go: 106,
} as const;

/** Adds one to a plain word many times, under a lock: no addition is lost only if the lock excludes. */
export function incrementUnderLock(memory: Memory, times: string): void {
  const { i32 } = memory.arena.area('statistics');
  for (let i = 0; i < Number(times); i++)
    memory.lwlocks.with(lwLockIds.OidGen, 'exclusive', () => i32[Shared.counter]++);
}

/** Readers count each other and look for a writer's half-done change. */
export function readUnderLock(memory: Memory, times: string): void {
  const { i32 } = memory.arena.area('statistics');
  for (let i = 0; i < Number(times); i++) {
    memory.lwlocks.with(lwLockIds.OidGen, 'shared', () => {
      const now = Atomics.add(i32, Shared.readers, 1) + 1;
      if (now > Atomics.load(i32, Shared.mostReaders)) Atomics.store(i32, Shared.mostReaders, now);
      if (Atomics.load(i32, Shared.counter) % 2 !== 0) Atomics.add(i32, Shared.torn, 1);
      Atomics.sub(i32, Shared.readers, 1);
    });
  }
}

export function writeUnderLock(memory: Memory, times: string): void {
  const { i32 } = memory.arena.area('statistics');
  for (let i = 0; i < Number(times); i++) {
    memory.lwlocks.with(lwLockIds.OidGen, 'exclusive', () => {
      Atomics.add(i32, Shared.counter, 1);
      if (Atomics.load(i32, Shared.readers) !== 0) Atomics.add(i32, Shared.torn, 1);
      Atomics.add(i32, Shared.counter, 1);
    });
  }
}

export function holdForever(memory: Memory): Promise<void> {
  memory.lwlocks.acquire(lwLockIds.OidGen, 'exclusive');
  announce(memory);
  return new Promise(() => setInterval(() => {}, 1e9));
}

/** Bounces a latch with the other process, synchronously or through the event loop. */
export async function bounceLatch(memory: Memory, other: string, times: string, how: string): Promise<void> {
  announce(memory);
  for (let i = 0; i < Number(times); i++) {
    const wasSet = how === 'sync' ? memory.latches.waitSync(20_000) : await memory.latches.wait(20_000);
    if (!wasSet) throw new Error(`wait ${i} was not answered`);
    Atomics.add(memory.arena.area('statistics').i32, Shared.woken, 1);
    memory.latches.set(Number(other));
  }
}

/** Waits in the event loop for a latch that nobody sets, and prints the processor time that it took, in ms. */
export async function idleOnLatch(memory: Memory, milliseconds: string): Promise<void> {
  const before = process.cpuUsage();
  await memory.latches.wait(Number(milliseconds));
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1000));
}

/** Asks for the lock that another process holds, without wanting it: prints how long that took, in ms, and the outcome. */
export function waitForHolder(memory: Memory): void {
  announce(memory);
  const start = performance.now();
  const isTaken = memory.lwlocks.acquireOrWait(lwLockIds.OidGen);
  process.stdout.write(`${Math.round(performance.now() - start)} ${isTaken} ${memory.lwlocks.heldCount}`);
}

function announce(memory: Memory): void {
  const area = memory.arena.area('statistics');
  Atomics.add(area.i32, Shared.ready, 1);
  memory.arena.wake(area, Shared.ready, 100);
}
