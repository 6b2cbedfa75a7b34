import fc from 'fast-check';
import type { StorageAct, StorageEvent, SyncEvent } from '../../trace/storage-event.js';
import { CrashSweep } from '../crash-sweep.js';
import type { ProfileName } from '../disk-model.js';
import { profiles } from '../profiles.js';
import { materialise, type Survival } from '../survivors.js';
import { ROOT, Volume, type NodeId } from '../volume.js';

type SyncOf = SyncEvent['of'];

/**
 * A trace made call by call. Calls follow one another, but for those begun with `begin`: they last until the test ends
 * them. Every call returns the number that names its event.
 */
export class HandMadeTrace {
  /** What was safe before the first call; filled with `safeFile` and `safeDirectory`. */
  readonly base = Volume.empty();
  readonly events: StorageEvent[] = [];
  private sequence = 0;
  private nextNode = 1;

  safeFile(name: string, contents: string | Buffer, directory = ROOT): NodeId {
    const node = this.newNode('file');
    this.base.setEntry(directory, name, node);
    this.base.write(node, Buffer.from(contents), 0);
    return node;
  }

  safeDirectory(name: string): NodeId {
    const node = this.newNode('directory');
    this.base.setEntry(ROOT, name, node);
    return node;
  }

  /** A call that has not returned until the function that this one returns is called. */
  begin(act: StorageAct): () => void {
    const event = { ...act, process: 'backend', start: ++this.sequence, end: Infinity } as StorageEvent;
    this.events.push(event);
    return () => Object.assign(event, { end: ++this.sequence });
  }

  call(act: StorageAct): number {
    this.begin(act)();
    return this.events.at(-1)!.start;
  }

  create(name: string, directory = ROOT): { node: NodeId; start: number } {
    const node = this.nextNode++;
    return { node, start: this.call({ kind: 'create', node, nodeKind: 'file', directory, name, path: name }) };
  }

  write(node: NodeId, contents: string | Buffer, offset = 0): number {
    return this.call({ kind: 'write', node, offset, data: Buffer.from(contents), path: '' });
  }

  truncate(node: NodeId, bytes: number): number {
    return this.call({ kind: 'truncate', node, bytes, path: '' });
  }

  rename(node: NodeId, fromName: string, name: string, fromDirectory = ROOT, directory = ROOT): number {
    return this.call({
      kind: 'rename',
      node,
      fromName,
      name,
      fromDirectory,
      directory,
      path: name,
      fromPath: fromName,
    });
  }

  remove(node: NodeId, name: string, directory = ROOT): number {
    return this.call({ kind: 'remove', node, directory, name, path: name });
  }

  sync(node: NodeId, of: SyncOf = 'file', failed = false): number {
    return this.call({ kind: 'sync', node, of, failed, path: '' });
  }

  /** The walk over this trace up to a place in it, by default its end. */
  sweep(profile: ProfileName, at = Infinity): CrashSweep {
    const sweep = new CrashSweep(this.base, this.events, profiles[profile]);
    sweep.advanceTo(at);
    return sweep;
  }

  /** What a crash leaves, file by file, when of the changes on their way these alone survive. */
  left(profile: ProfileName, survivors: Iterable<[number, Survival]> = [], at = Infinity): Record<string, string> {
    const { image, pending } = this.sweep(profile, at);
    return filesOf(materialise(image, pending, new Map(survivors)));
  }

  /** What fast-check prints of a trace that fails. */
  [fc.toStringMethod](): string {
    return this.events.map((event) => `${event.start}-${event.end} ${event.kind} ${detailsOf(event)}`).join('; ');
  }

  private newNode(kind: 'file' | 'directory'): NodeId {
    this.base.addNode(kind, this.nextNode);
    return this.nextNode++;
  }
}

function detailsOf(event: StorageEvent): string {
  const { start: _, end: _end, kind: _kind, path: _path, process: _process, ...details } = event;
  return JSON.stringify('data' in details ? { ...details, data: details.data.length } : details);
}

/** Path → contents. */
export function filesOf(volume: Volume): Record<string, string> {
  return Object.fromEntries([...volume.files()].map(({ path, id }) => [path, volume.contents(id).toString('latin1')]));
}
