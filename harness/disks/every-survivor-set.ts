import type { PendingChange } from './crash-sweep.js';
import { sectorCount, type Survival, type Survivors } from './survivors.js';
import { SECTOR_BYTES, type DiskModel } from './disk-model.js';

/**
 * Every set of survivors the model allows that differs from nothing or from everything by up to `differing` changes, and
 * everything with one write torn, once at each half. With no more than `differing` changes on their way these are all
 * sets there are.
 */
export function* everySurvivorSet(
  pending: readonly PendingChange[],
  model: DiskModel,
  differing: number,
): Generator<Survivors> {
  const starts = pending.map(({ event }) => event.start);
  for (const few of subsets(starts, Math.min(differing, starts.length))) {
    const kept = wholly(few);
    if (isOrderKept(kept, pending, model)) yield kept;
    if (starts.length <= differing) continue;
    const lost = new Set(few);
    const others = wholly(starts.filter((start) => !lost.has(start)));
    if (isOrderKept(others, pending, model)) yield others;
  }
  yield* tornOnce(pending, model);
}

function wholly(starts: readonly number[]): Map<number, Survival> {
  return new Map(starts.map((start) => [start, 'whole']));
}

/** All subsets of up to `most` elements, smaller ones first. */
function* subsets(values: readonly number[], most: number): Generator<number[]> {
  for (let size = 0; size <= most; size++) yield* ofSize(values, size, 0);
}

function* ofSize(values: readonly number[], size: number, from: number): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= values.length - size; index++) {
    for (const rest of ofSize(values, size - 1, index + 1)) yield [values[index], ...rest];
  }
}

function* tornOnce(pending: readonly PendingChange[], { atomicBytes }: DiskModel): Generator<Survivors> {
  const all = pending.map(({ event }) => event.start);
  for (const { event } of pending) {
    if (event.kind !== 'write' || event.data.length <= atomicBytes) continue;
    const sectors = Array.from({ length: sectorCount(event) }, (_, sector) => sector);
    const perPiece = atomicBytes / SECTOR_BYTES;
    const middle = Math.ceil(sectors.length / 2 / perPiece) * perPiece;
    for (const half of [sectors.slice(0, middle), sectors.slice(middle)]) yield wholly(all).set(event.start, half);
  }
}

/** With a journal, nothing survives behind the first name change that was lost. */
export function isOrderKept(survivors: Survivors, pending: readonly PendingChange[], { names }: DiskModel): boolean {
  if (names !== 'journaled') return true;
  let isLost = false;
  for (const { event } of pending) {
    if (event.kind === 'write') continue;
    if (!survivors.has(event.start)) isLost = true;
    else if (isLost) return false;
  }
  return true;
}
