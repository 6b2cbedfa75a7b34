import type { RenameEvent, WriteEvent } from '../../trace/storage-event.js';
import type { CrashSweep, PendingChange } from '../crash-sweep.js';
import { SECTOR_BYTES, type DiskModel } from '../disk-model.js';
import { sectorCount, type Survival, type Survivors } from '../survivors.js';

const CACHE_PAGE_BYTES = 4096;

type Sweep = Pick<CrashSweep, 'image' | 'pending'>;

/** Why no disk of the model can keep just that: a line for each reason. */
export function illegalSurvivals(sweep: Sweep, survivors: Survivors, model: DiskModel): string[] {
  const { pending } = sweep;
  const strangers = [...survivors.keys()].filter((start) => !pending.some(({ event }) => event.start === start));
  return [
    ...strangers.map((start) => `${start} is not on its way`),
    ...brokenOrder(pending, survivors, model),
    ...pending.flatMap((change) => {
      const survival = survivors.get(change.event.start);
      return survival === undefined ? [] : brokenChange(sweep, change, survival, model);
    }),
    ...unflushed(sweep, survivors, model),
  ];
}

function brokenOrder(pending: readonly PendingChange[], survivors: Survivors, { names }: DiskModel): string[] {
  if (names !== 'journaled') return [];
  const journal = pending.map(({ event }) => event).filter(({ kind }) => kind !== 'write');
  const firstLost = journal.findIndex(({ start }) => !survivors.has(start));
  if (firstLost < 0) return [];
  const later = journal.slice(firstLost).filter(({ start }) => survivors.has(start));
  return later.map(
    ({ start }) => `${start} survived ${journal[firstLost].start}, which comes before it in the journal`,
  );
}

function brokenChange(sweep: Sweep, { event }: PendingChange, survival: Survival, model: DiskModel): string[] {
  if (survival === 'whole') return [];
  if (survival === 'both-names')
    return event.kind === 'rename' && !model.renameIsAtomic ? [] : [`${event.start} cannot be half a rename`];
  if (event.kind !== 'write') return [`${event.start} is no write`];
  const isExtending = event.offset + event.data.length > sweep.image.file(event.node).bytes;
  if (survival === 'size')
    return isExtending && model.unwrittenTail === 'zeros' ? [] : [`${event.start} cannot leave its size alone`];
  const pieceBytes =
    isExtending && model.unwrittenTail === 'never' ? Math.max(CACHE_PAGE_BYTES, model.atomicBytes) : model.atomicBytes;
  return brokenPieces(event, survival as readonly number[], pieceBytes);
}

function brokenPieces(event: WriteEvent, kept: readonly number[], pieceBytes: number): string[] {
  const count = sectorCount(event);
  if (kept.some((sector, index) => sector < 0 || sector >= count || sector <= (kept[index - 1] ?? -1)))
    return [`${event.start} has no sectors ${String(kept)}, in this order`];
  const pieces = new Map<number, number[]>();
  for (let sector = 0; sector < count; sector++) {
    const piece = Math.floor((Math.floor(event.offset / SECTOR_BYTES) + sector) / (pieceBytes / SECTOR_BYTES));
    pieces.set(piece, [...(pieces.get(piece) ?? []), sector]);
  }
  return [...pieces.values()]
    .filter((sectors) => new Set(sectors.map((sector) => kept.includes(sector))).size > 1)
    .map((sectors) => `${event.start} is torn inside sectors ${sectors.join()}, which are ${pieceBytes} bytes or less`);
}

/** A rename over a file brings the data of the new one along, where the model says so. */
function unflushed({ image, pending }: Sweep, survivors: Survivors, { replacingFlushes }: DiskModel): string[] {
  if (!replacingFlushes) return [];
  const replacing = pending
    .map(({ event }) => event)
    .filter((event): event is RenameEvent => event.kind === 'rename' && survivors.has(event.start))
    .filter(({ directory, name }) => image.directory(directory).entries.has(name));
  return replacing.flatMap((rename) =>
    pending
      .filter(({ event, isForgotten }) => event.kind === 'write' && event.node === rename.node && !isForgotten)
      .filter(({ event }) => event.end <= rename.start && survivors.get(event.start) !== 'whole')
      .map(({ event }) => `${rename.start} replaced a file without the data of write ${event.start}`),
  );
}
