import { isNameEvent, type ChangeEvent, type StorageEvent, type SyncEvent } from '../trace/storage-event.js';
import type { DiskModel } from './disk-model.js';
import type { NodeId, Volume } from './volume.js';

/** A change that no sync has made safe yet. */
export interface PendingChange {
  readonly event: ChangeEvent;
  /** A sync that covered it failed: the kernel has forgotten that it was to be written, and no later sync helps. */
  isForgotten: boolean;
}

interface Moment {
  readonly at: number;
  readonly event: StorageEvent;
  /** A change matters from its start, a sync at its end. */
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
    const isCovered = coverage(this.model, sync, this.pending);
    const left: PendingChange[] = [];
    for (const change of this.pending) {
      if (change.isForgotten || change.event.end > sync.start || !isCovered(change.event)) left.push(change);
      else if (sync.failed) left.push({ ...change, isForgotten: true });
      else applyChange(this.image, change.event);
    }
    if (left.length !== this.pending.length) this.version++;
    this.pending = left;
  }
}

/** Whether a sync covers a change that ended before it began. */
function coverage(
  model: DiskModel,
  sync: SyncEvent,
  pending: readonly PendingChange[],
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
  return (event) => (event.kind === 'write' ? isOfNode(event) : event.start <= upTo);
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

/** Makes a change, whole, on a volume that knows its nodes. */
export function applyChange(volume: Volume, event: ChangeEvent): void {
  switch (event.kind) {
    case 'write':
      return volume.write(event.node, event.data, event.offset);
    case 'truncate':
      return volume.truncate(event.node, event.bytes);
    case 'create':
    case 'link':
      return volume.setEntry(event.directory, event.name, event.node);
    case 'remove':
      return removeName(volume, event.directory, event.name, event.node);
    case 'rename':
      removeName(volume, event.fromDirectory, event.fromName, event.node);
      return volume.setEntry(event.directory, event.name, event.node);
  }
}

/** A name may have come to mean another file, when changes survive out of order. */
export function removeName(volume: Volume, directory: NodeId, name: string, node: NodeId): void {
  if (volume.directory(directory).entries.get(name) === node) volume.removeEntry(directory, name);
}
