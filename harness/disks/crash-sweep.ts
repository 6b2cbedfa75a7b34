import {
  isNameEvent,
  type ChangeEvent,
  type RenameEvent,
  type StorageEvent,
  type SyncEvent,
  type WriteEvent,
} from '../trace/storage-event.js';
import { applyChange, completeEdges } from './apply-change.js';
import { SECTOR_BYTES, type DiskModel } from './disk-model.js';
import type { NodeId, Volume } from './volume.js';

/** A change that no sync has made safe yet. */
export interface PendingChange {
  readonly event: ChangeEvent;
  /**
   * A write that a failed sync covered: the kernel has marked its pages clean and will not write them, and no later sync
   * helps. Names and truncations are in no such page: they stay on their way.
   */
  readonly isForgotten: boolean;
}

/** A change matters from its start, a sync at its end. */
interface Moment {
  readonly at: number;
  readonly event: StorageEvent;
}

/**
 * Walks a trace forward, and knows at every place what is safe on disk and what is only on its way.
 *
 * A change is on its way from the moment its call began; a sync makes safe, when it ends, what had ended before it began
 * and what the model says it covers. Costs what the trace is long, once; places are visited in rising order.
 */
export class CrashSweep {
  /** What is safe. Holds every node ever made, named or not. */
  readonly image: Volume;
  /** In the order of the trace. */
  pending: PendingChange[] = [];
  /** Moves whenever `image` changes. */
  version = 0;
  private readonly moments: readonly Moment[];
  private next = 0;
  private anyForgotten = false;

  constructor(
    base: Volume,
    events: readonly StorageEvent[],
    private readonly model: DiskModel,
  ) {
    this.image = base.fork();
    this.moments = events
      .map((event) => ({ at: event.kind === 'sync' ? event.end : event.start, event }))
      .filter(({ at }) => at !== Infinity)
      .sort((a, b) => a.at - b.at);
  }

  /** Takes in everything up to and including place `sequence` of the trace. */
  advanceTo(sequence: number): void {
    for (; this.next < this.moments.length && this.moments[this.next].at <= sequence; this.next++) {
      const { event } = this.moments[this.next];
      if (event.kind === 'sync') this.sync(event);
      else this.begin(event);
    }
  }

  private begin(event: ChangeEvent): void {
    if (event.kind === 'create') this.image.addNode(event.nodeKind, event.node);
    this.pending.push({ event, isForgotten: false });
  }

  private sync(sync: SyncEvent): void {
    if (!this.model.syncIsHonest) return;
    this.anyForgotten ||= sync.failed;
    const isCovered = coverage(this.model, sync, this.pending, this.image);
    let left: PendingChange[] = [];
    let isMoved = false;
    for (const change of this.pending) {
      const { event, isForgotten } = change;
      if (isForgotten || event.end > sync.start || !isCovered(event)) left.push(change);
      else if (sync.failed) left.push({ event, isForgotten: event.kind === 'write' });
      else {
        left = this.keep(event, left);
        isMoved = true;
      }
    }
    if (isMoved) this.version++;
    this.pending = left;
  }

  /** Makes a change safe, and with it what was forgotten of the same sectors: the cache still holds that. */
  private keep(event: ChangeEvent, earlier: PendingChange[]): PendingChange[] {
    if (!this.anyForgotten) {
      applyChange(this.image, event);
      return event.kind === 'truncate' ? earlier.flatMap((change) => overtaken(this.image, change, event)) : earlier;
    }
    const forgotten = earlier.filter(({ isForgotten }) => isForgotten).map((change) => change.event);
    if (event.kind === 'write') completeEdges(this.image, event, () => forgotten);
    applyChange(this.image, event);
    return earlier.flatMap((change) => overtaken(this.image, change, event));
  }
}

/**
 * What is left of an earlier write, once a later change is safe: it can undo nothing of that. Of what a truncation cut off no
 * page is left to be written; only what was forgotten is older than another write that is safe.
 */
function overtaken(image: Volume, change: PendingChange, safe: ChangeEvent): PendingChange[] {
  const { event, isForgotten } = change;
  if (event.kind !== 'write' || event.node !== safe.node) return [change];
  if (safe.kind === 'truncate') {
    const data = event.data.subarray(0, Math.max(0, safe.bytes - event.offset));
    return data.length === 0 ? [] : [{ event: { ...event, data }, isForgotten }];
  }
  if (!isForgotten || safe.kind !== 'write') return [change];
  return [{ event: { ...event, data: overwritten(image, event, safe) }, isForgotten }];
}

/** Its data as the image now has them in the sectors that the later write touched. */
function overwritten(image: Volume, { node, offset, data }: WriteEvent, later: WriteEvent): Buffer {
  const laterEnd = later.offset + later.data.length;
  const from = Math.max(offset, later.offset - (later.offset % SECTOR_BYTES));
  const to = Math.min(offset + data.length, Math.ceil(laterEnd / SECTOR_BYTES) * SECTOR_BYTES);
  if (from >= to) return data;
  const now = Buffer.from(data);
  image.read(node, now, from - offset, to - from, from);
  return now;
}

/** Whether a sync covers a change that ended before it began. */
function coverage(
  model: DiskModel,
  sync: SyncEvent,
  pending: readonly PendingChange[],
  image: Volume,
): (event: ChangeEvent) => boolean {
  const isOfNode = (event: ChangeEvent): boolean =>
    (event.kind === 'write' || event.kind === 'truncate') && event.node === sync.node;
  if (model.names === 'independent') {
    return sync.of === 'directory'
      ? (event) => isNameEvent(event) && directoriesOf(event).includes(sync.node)
      : isOfNode;
  }
  // The journal is forced up to the last change of the synced node's own metadata, and its order is never broken.
  const last = pending.findLast(({ event }) => event.end <= sync.start && forcesJournal(event, sync));
  const upTo = last?.event.start ?? -1;
  const isFlushed = flushedBy(
    model,
    image,
    pending.filter(({ event }) => event.start <= upTo && event.end <= sync.start),
  );
  return (event) => (event.kind === 'write' ? isOfNode(event) || isFlushed(event) : event.start <= upTo);
}

/** Which writes have to be on the disk, for these changes to be there: those of files that were renamed over another. */
export function flushedBy(
  { replacingFlushes }: DiskModel,
  image: Volume,
  changes: readonly PendingChange[],
): (write: WriteEvent) => boolean {
  if (!replacingFlushes) return () => false;
  const renames = changes
    .map(({ event }) => event)
    .filter((event): event is RenameEvent => event.kind === 'rename')
    .filter(({ directory, name }) => image.directory(directory).entries.has(name));
  return (write) => renames.some((rename) => write.node === rename.node && write.end <= rename.start);
}

/** Does a sync have to force the journal because of this change? A write changes the size or only the time stamp. */
function forcesJournal(event: ChangeEvent, sync: SyncEvent): boolean {
  if (sync.of === 'directory') return isNameEvent(event) && directoriesOf(event).includes(sync.node);
  if (event.node !== sync.node) return false;
  return event.kind !== 'write' || sync.of === 'file';
}

function directoriesOf(event: ChangeEvent): NodeId[] {
  if (!isNameEvent(event)) return [];
  return event.kind === 'rename' ? [event.directory, event.fromDirectory] : [event.directory];
}
