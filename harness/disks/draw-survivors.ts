import type { SeededRandom } from '../schedulers/seeded-random.js';
import { isNameEvent, type WriteEvent } from '../trace/storage-event.js';
import { flushedBy, type PendingChange } from './crash-sweep.js';
import { DATABASE_PAGE_BYTES, SECTOR_BYTES, type DiskModel } from './disk-model.js';
import { pageCount, sectorCount, type Survival, type Survivors } from './survivors.js';
import type { Volume } from './volume.js';

/** The page size of the kernel's cache: file systems that order data and size do so page by page. */
const CACHE_PAGE_BYTES = 4096;
const TEAR_CHANCE = 0.4;
const MOST_TEARS = 3;
const CUT_CHANCE = 0.4;
const AT_BORDER_CHANCE = 0.5;
const SIZE_ONLY_CHANCE = 0.3;
const BOTH_NAMES_CHANCE = 0.2;

type Choice = (change: PendingChange, index: number) => boolean;
type Strategy = (random: SeededRandom, pending: readonly PendingChange[]) => Choice;

const isName = ({ event }: PendingChange): boolean => isNameEvent(event);

/** Ways to lose things, each of which finds other bugs: some need one loss, some need nearly everything to be lost. */
const strategies: readonly Strategy[] = [
  () => () => false,
  () => () => true,
  (random, pending) => {
    const kept = random.below(pending.length + 1);
    return (_change, index) => index < kept;
  },
  (random, pending) => {
    const lost = random.below(pending.length + 1);
    return (_change, index) => index >= lost;
  },
  (random) => {
    const share = random.pick([0.1, 0.5, 0.9]);
    return () => random.chance(share);
  },
  byFile,
  byFile,
  (random, pending) => {
    const lost = random.below(pending.length);
    return (_change, index) => index !== lost;
  },
  (random, pending) => {
    const kept = random.below(pending.length);
    return (_change, index) => index === kept;
  },
  () => isName,
  () => (change) => !isName(change),
];

/** All of a file or nothing: what an fsync of some files and not of others comes to. */
function byFile(random: SeededRandom): Choice {
  const kept = new Map<number, boolean>();
  const share = random.pick([0.2, 0.5, 0.8]);
  return ({ event }) => {
    const key = isNameEvent(event) ? -1 - event.directory : event.node;
    if (!kept.has(key)) kept.set(key, random.chance(share));
    return kept.get(key)!;
  };
}

/** Draws what a crash keeps of the changes that are on their way, within what the model allows. */
export function drawSurvivors(
  random: SeededRandom,
  image: Volume,
  pending: readonly PendingChange[],
  model: DiskModel,
): Survivors {
  const survivors = new Map<number, Survival>();
  if (pending.length === 0) return survivors;
  const isKept = random.pick(strategies)(random, pending);
  pending.forEach((change, index) => {
    if (isKept(change, index)) survivors.set(change.event.start, 'whole');
  });
  if (model.names === 'journaled') keepJournalOrder(survivors, random, pending);
  if (random.chance(CUT_CHANCE)) cutOneFile(survivors, random, image, pending, model);
  else if (random.chance(TEAR_CHANCE)) tearSome(survivors, random, image, pending, model);
  if (model.unwrittenTail !== 'never' && random.chance(SIZE_ONLY_CHANCE))
    loseDataKeepSize(survivors, random, image, pending);
  if (!model.renameIsAtomic && random.chance(BOTH_NAMES_CHANCE)) keepBothNames(survivors, pending);
  return legalised(survivors, image, pending, model);
}

/** As many journal entries survive as were drawn, but the first ones. */
function keepJournalOrder(
  survivors: Map<number, Survival>,
  random: SeededRandom,
  pending: readonly PendingChange[],
): void {
  const journal = pending.filter(({ event }) => event.kind !== 'write');
  const drawn = journal.filter(({ event }) => survivors.has(event.start)).length;
  const kept = random.chance(0.5) ? drawn : random.below(journal.length + 1);
  journal.forEach(({ event }, index) => {
    if (index < kept) survivors.set(event.start, 'whole');
    else survivors.delete(event.start);
  });
}

function tearSome(
  survivors: Map<number, Survival>,
  random: SeededRandom,
  image: Volume,
  pending: readonly PendingChange[],
  model: DiskModel,
): void {
  const writes = pending.flatMap(({ event }) =>
    event.kind === 'write' && survivors.get(event.start) === 'whole' ? [event] : [],
  );
  for (let tears = 1 + random.below(MOST_TEARS); tears > 0 && writes.length > 0; tears--) {
    const event = random.pick(writes);
    survivors.set(event.start, tear(random, event, pieceBytes(image, event, model)));
  }
}

/** One file's writes survive in order up to the middle of one, and none after it: how a disk that is busy with it stops. */
function cutOneFile(
  survivors: Map<number, Survival>,
  random: SeededRandom,
  image: Volume,
  pending: readonly PendingChange[],
  model: DiskModel,
): void {
  const writes = pending.flatMap(({ event }) => (event.kind === 'write' ? [event] : []));
  if (writes.length === 0) return;
  const target = pickByPages(random, writes); // in a file with much on its way rather than in one with little
  const own = writes.filter((event) => event.node === target.node);
  const torn = own.indexOf(target);
  own.forEach((event, index) => {
    if (index < torn) survivors.set(event.start, 'whole');
    else survivors.delete(event.start);
  });
  const smallest = pieceBytes(image, own[torn], model);
  const pieces = piecesOf(own[torn], random.chance(AT_BORDER_CHANCE) ? DATABASE_PAGE_BYTES : smallest);
  const cut = random.below(pieces.count + 1);
  survivors.set(
    own[torn].start,
    pieces.where((piece) => piece < cut),
  );
}

/** One of them: of two pages, twice as likely as of one. */
function pickByPages(random: SeededRandom, writes: readonly WriteEvent[]): WriteEvent {
  const ends: number[] = [];
  for (const write of writes) ends.push((ends.at(-1) ?? 0) + pageCount(write));
  const page = random.below(ends.at(-1)!);
  return writes[ends.findIndex((end) => page < end)];
}

/** Below this size nothing of the write is torn. */
function pieceBytes(image: Volume, event: WriteEvent, { atomicBytes, unwrittenTail }: DiskModel): number {
  return unwrittenTail === 'never' && isExtending(image, event) ? Math.max(atomicBytes, CACHE_PAGE_BYTES) : atomicBytes;
}

function tear(random: SeededRandom, event: WriteEvent, pieceSize: number): Survival {
  const { count, where } = piecesOf(event, pieceSize);
  if (count === 1) return 'whole';
  const cut = 1 + random.below(count - 1);
  const one = random.below(count);
  const keep = random.pick<(piece: number) => boolean>([
    (each) => each < cut,
    (each) => each >= cut,
    (each) => each !== one,
    () => random.chance(0.5),
  ]);
  const kept = Array.from({ length: count }, (_, each) => keep(each));
  return where((piece) => kept[piece]);
}

/** The aligned pieces of a write that are torn apart from each other, and the sectors of some of them. */
function piecesOf(
  event: WriteEvent,
  pieceSize: number,
): { count: number; where: (isKept: (piece: number) => boolean) => readonly number[] } {
  const sectors = sectorCount(event);
  const firstSector = Math.floor(event.offset / SECTOR_BYTES);
  const perPiece = pieceSize / SECTOR_BYTES;
  const pieceOf = (sector: number): number =>
    Math.floor((firstSector + sector) / perPiece) - Math.floor(firstSector / perPiece);
  const where = (isKept: (piece: number) => boolean): readonly number[] =>
    Array.from({ length: sectors }, (_, sector) => sector).filter((sector) => isKept(pieceOf(sector)));
  return { count: pieceOf(sectors - 1) + 1, where };
}

function isExtending(image: Volume, { node, offset, data }: WriteEvent): boolean {
  return offset + data.length > image.file(node).bytes;
}

function loseDataKeepSize(
  survivors: Map<number, Survival>,
  random: SeededRandom,
  image: Volume,
  pending: readonly PendingChange[],
): void {
  for (const { event } of pending) {
    if (event.kind === 'write' && isExtending(image, event) && random.chance(0.5)) survivors.set(event.start, 'size');
  }
}

function keepBothNames(survivors: Map<number, Survival>, pending: readonly PendingChange[]): void {
  for (const { event } of pending) {
    if (event.kind === 'rename' && survivors.has(event.start)) survivors.set(event.start, 'both-names');
  }
}

/** A surviving rename over an existing file brings the data of the new one along, where the model says so. */
function legalised(
  survivors: Map<number, Survival>,
  image: Volume,
  pending: readonly PendingChange[],
  model: DiskModel,
): Survivors {
  const kept = pending.filter(({ event }) => survivors.has(event.start));
  const isFlushed = flushedBy(model, image, kept);
  for (const { event, isForgotten } of pending) {
    if (event.kind === 'write' && !isForgotten && isFlushed(event)) survivors.set(event.start, 'whole');
  }
  return survivors;
}
