import { applyChange } from '../../disks/apply-change.js';
import { ROOT, type NodeId, type Volume } from '../../disks/volume.js';
import type { StorageEvent } from '../storage-event.js';

/** The volume as it is after all of these calls. */
export function replay(base: Volume, events: readonly StorageEvent[]): Volume {
  const volume = base.fork();
  for (const event of events) {
    if (event.kind === 'create') volume.addNode(event.nodeKind, event.node);
    if (event.kind !== 'sync') applyChange(volume, event);
  }
  return volume;
}

/** Path → contents of every file; of a directory, nothing. */
export function treeOf(volume: Volume): Map<string, Buffer | undefined> {
  return new Map(walk(volume, ROOT, ''));
}

function* walk(volume: Volume, directory: NodeId, prefix: string): Generator<[string, Buffer | undefined]> {
  for (const [name, id] of [...volume.directory(directory).entries].sort()) {
    const path = `${prefix}/${name}`;
    const isFile = volume.node(id)!.kind === 'file';
    yield [path, isFile ? volume.contents(id) : undefined];
    if (!isFile) yield* walk(volume, id, path);
  }
}
