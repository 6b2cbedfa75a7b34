import type { ChangeEvent, WriteEvent } from '../trace/storage-event.js';
import { applyChange, completeEdges } from './apply-change.js';
import type { PendingChange } from './crash-sweep.js';
import { DATABASE_PAGE_BYTES, SECTOR_BYTES } from './disk-model.js';
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
  const end = event.offset + event.data.length;
  if (survival === 'size') {
    if (end > volume.file(event.node).bytes) volume.truncate(event.node, end);
    return;
  }
  const sectors = survival as readonly number[] | 'whole';
  const earlier = (): ChangeEvent[] => pending.slice(0, index).map((change) => change.event);
  completeEdges(volume, event, earlier, (sector) => sectors === 'whole' || sectors.includes(sector));
  if (sectors === 'whole') return volume.write(event.node, event.data, event.offset);
  for (const { first, last } of runsOf(sectors)) {
    const { from } = sectorRange(event, first);
    const { to } = sectorRange(event, last);
    if (from < to) volume.write(event.node, event.data.subarray(from - event.offset, to - event.offset), from);
  }
}

/** Neighbouring sectors, to be written at once. */
function runsOf(sectors: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const sector of sectors) {
    const run = runs.at(-1);
    if (run?.last === sector - 1) run.last = sector;
    else runs.push({ first: sector, last: sector });
  }
  return runs;
}

/** How many sectors a write touches. */
export function sectorCount({ offset, data }: WriteEvent): number {
  return Math.ceil((offset + data.length) / SECTOR_BYTES) - Math.floor(offset / SECTOR_BYTES);
}

/** Pages of a database's file that a write takes. */
export function pageCount({ data }: WriteEvent): number {
  return Math.ceil(data.length / DATABASE_PAGE_BYTES);
}

/** The part of a write that lies in its `sector`-th sector, as positions in the file. */
function sectorRange({ offset, data }: WriteEvent, sector: number): { from: number; to: number } {
  const start = (Math.floor(offset / SECTOR_BYTES) + sector) * SECTOR_BYTES;
  return { from: Math.max(offset, start), to: Math.min(offset + data.length, start + SECTOR_BYTES) };
}
