import type { ChangeEvent, WriteEvent } from '../trace/storage-event.js';
import { SECTOR_BYTES } from './disk-model.js';
import type { NodeId, Volume } from './volume.js';

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
function removeName(volume: Volume, directory: NodeId, name: string, node: NodeId): void {
  if (volume.directory(directory).entries.get(name) === node) volume.removeEntry(directory, name);
}

/**
 * A sector that reaches the disk holds every earlier change of it too: where the write covers a sector only in part, what
 * was done to the rest of it before, and is not on the disk yet, comes along. `isKept`: whether the write's n-th sector
 * reaches the disk.
 */
export function completeEdges(
  volume: Volume,
  write: WriteEvent,
  earlier: () => readonly ChangeEvent[],
  isKept: (sector: number) => boolean = () => true,
): void {
  for (const edge of partialSectors(write)) {
    if (!isKept(edge - Math.floor(write.offset / SECTOR_BYTES))) continue;
    for (const event of earlier()) {
      if (event.kind === 'write' && event.node === write.node) bringWritten(volume, event, edge);
      else if (event.kind === 'truncate' && event.node === write.node) bringTruncated(volume, event, edge);
    }
  }
}

/** The sectors, counted from the file's beginning, of which the write covers only a part. */
function partialSectors({ offset, data }: WriteEvent): Set<number> {
  const edges = new Set<number>();
  const end = offset + data.length;
  if (offset % SECTOR_BYTES !== 0) edges.add(Math.floor(offset / SECTOR_BYTES));
  if (end % SECTOR_BYTES !== 0) edges.add(Math.floor(end / SECTOR_BYTES));
  return edges;
}

function bringWritten(volume: Volume, { node, offset, data }: WriteEvent, sector: number): void {
  const from = Math.max(offset, sector * SECTOR_BYTES);
  const to = Math.min(offset + data.length, (sector + 1) * SECTOR_BYTES);
  if (from < to) volume.write(node, data.subarray(from - offset, to - offset), from);
}

/** What a truncation cut off reads as zeros when the file grows again. */
function bringTruncated(volume: Volume, { node, bytes }: { node: NodeId; bytes: number }, sector: number): void {
  const from = Math.max(bytes, sector * SECTOR_BYTES);
  const to = Math.min(volume.file(node).bytes, (sector + 1) * SECTOR_BYTES);
  if (from < to) volume.write(node, Buffer.alloc(to - from), from);
}
