import { pageCount } from '../../disks/survivors.js';
import type { NodeId } from '../../disks/volume.js';
import type { SeededRandom } from '../../schedulers/seeded-random.js';
import { isNameEvent, type StorageEvent } from '../../trace/storage-event.js';

const SYNC_WEIGHT = 4;
const NAME_WEIGHT = 5;
const BORDER_BYTES = 512 * 1024;
/** Pages of one file. */
const MOST_UNSYNCED = 8;

/**
 * How much more often than any other moment the ones around an event are tried: where bugs have been (syncs, names, the
 * start of a segment), and where much of one file is on its way, which may be left in many ways.
 */
function weightOf(event: StorageEvent, unsynced: Map<NodeId, number>): number {
  if (event.kind === 'sync') {
    unsynced.delete(event.node);
    return SYNC_WEIGHT;
  }
  if (isNameEvent(event) || event.kind === 'truncate') return NAME_WEIGHT;
  const pages = (unsynced.get(event.node) ?? 0) + pageCount(event);
  unsynced.set(event.node, pages);
  return Math.max(Math.min(pages, MOST_UNSYNCED), event.offset % BORDER_BYTES === 0 ? SYNC_WEIGHT : 1);
}

/** Draws moments of a trace at which to crash, in rising order, each once. */
export function drawCrashPoints(
  random: SeededRandom,
  events: readonly StorageEvent[],
  count: number,
  from: number,
  to: number,
): number[] {
  const candidates: number[] = [];
  const unsynced = new Map<NodeId, number>();
  for (const event of events) {
    if (event.start < from || event.start > to) continue;
    const moments = event.end <= to ? [event.start, event.end] : [event.start];
    for (let times = weightOf(event, unsynced); times > 0; times--) candidates.push(...moments);
  }
  if (candidates.length === 0) return [to];
  const drawn = new Set<number>();
  for (let tries = 0; drawn.size < count && tries < 4 * count; tries++) drawn.add(random.pick(candidates));
  return [...drawn].sort((a, b) => a - b);
}

/** Every moment at which the disk, or what is safe on it, changed. */
export function everyCrashPoint(events: readonly StorageEvent[], from: number, to: number): number[] {
  const moments = events.flatMap(({ start, end }) => [start, end]).filter((at) => at > from && at <= to);
  return [...new Set([from, ...moments])].sort((a, b) => a - b);
}
