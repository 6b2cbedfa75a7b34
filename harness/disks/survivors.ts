import type { WriteEvent } from '../trace/storage-event.js';
import { applyChange, type PendingChange } from './crash-sweep.js';
import { SECTOR_BYTES } from './disk-model.js';
import type { Volume } from './volume.js';

/**
 * What survived of a change: all of it, or of a write certain sectors (numbered from its first one), or of an extending
 * write the new size alone, or of a rename the new name beside the old one.
 */
export type Survival = 'whole' | 'size' | 'both-names' | readonly number[];

/** The changes on their way that a crash kept, by the start of their events. All others are lost. */
export type Survivors = ReadonlyMap<number, Survival>;

/** Makes the disk that a crash leaves: what was safe, and the survivors. */
export function materialise(image: Volume, pending: readonly PendingChange[], survivors: Survivors): Volume {
  const volume = image.fork();
  if (survivors.size === 0) return volume;
  pending.forEach(({ event }, index) => {
    const survival = survivors.get(event.start);
    if (survival === undefined) return;
    if (event.kind === 'write') keepWrite(volume, event, survival, pending, index);
    else if (event.kind === 'rename' && survival === 'both-names')
      volume.setEntry(event.directory, event.name, event.node);
    else applyChange(volume, event);
  });
  return volume;
}

function keepWrite(
  volume: Volume,
  event: WriteEvent,
  survival: Survival,
  pending: readonly PendingChange[],
  index: number,
): void {
  completeEdges(volume, event, pending, index);
  if (survival === 'whole') return volume.write(event.node, event.data, event.offset);
  const end = event.offset + event.data.length;
  const before = volume.file(event.node).bytes;
  if (survival === 'size') {
    if (end > before) volume.truncate(event.node, end);
    return;
  }
  for (const sector of survival as readonly number[]) {
    const { from, to } = sectorRange(event, sector);
    if (from < to) volume.write(event.node, event.data.subarray(from - event.offset, to - event.offset), from);
  }
}

/** How many sectors a write touches. */
export function sectorCount({ offset, data }: WriteEvent): number {
  return Math.ceil((offset + data.length) / SECTOR_BYTES) - Math.floor(offset / SECTOR_BYTES);
}

/** The part of a write that lies in its `sector`-th sector, as positions in the file. */
function sectorRange({ offset, data }: WriteEvent, sector: number): { from: number; to: number } {
  const start = (Math.floor(offset / SECTOR_BYTES) + sector) * SECTOR_BYTES;
  return { from: Math.max(offset, start), to: Math.min(offset + data.length, start + SECTOR_BYTES) };
}

/**
 * A sector that survives holds every earlier change of it too: where the write covers a sector only in part, what was
 * written to the rest of it before, and is not safe yet, comes along.
 */
function completeEdges(volume: Volume, event: WriteEvent, pending: readonly PendingChange[], index: number): void {
  const end = event.offset + event.data.length;
  const edges = new Set<number>();
  if (event.offset % SECTOR_BYTES !== 0) edges.add(Math.floor(event.offset / SECTOR_BYTES));
  if (end % SECTOR_BYTES !== 0) edges.add(Math.floor(end / SECTOR_BYTES));
  if (edges.size === 0) return;
  for (const { event: earlier } of pending.slice(0, index)) {
    if (earlier.kind !== 'write' || earlier.node !== event.node) continue;
    for (const edge of edges) {
      const from = Math.max(earlier.offset, edge * SECTOR_BYTES);
      const to = Math.min(earlier.offset + earlier.data.length, (edge + 1) * SECTOR_BYTES);
      if (from < to) volume.write(event.node, earlier.data.subarray(from - earlier.offset, to - earlier.offset), from);
    }
  }
}
