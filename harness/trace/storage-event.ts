import type { NodeId } from '../disks/volume.js';

/**
 * One call that changed or synced storage, in the order of the trace. Files are named by node (inode number), so that
 * an event stays true when a file is renamed; `path` is for people.
 */
interface EventBase {
  /** Places in the total order where the call began and where it ended; `end` is Infinity when it never did. */
  readonly start: number;
  readonly end: number;
  /** Type of the process that made it, with the client's number for backends: `checkpointer`, `backend#2`. */
  readonly process: string;
  readonly path: string;
}

export interface WriteEvent extends EventBase {
  readonly kind: 'write';
  readonly node: NodeId;
  readonly offset: number;
  readonly data: Buffer;
}

export interface TruncateEvent extends EventBase {
  readonly kind: 'truncate';
  readonly node: NodeId;
  readonly bytes: number;
}

/** An fsync or fdatasync of a file, or an fsync of a directory. */
export interface SyncEvent extends EventBase {
  readonly kind: 'sync';
  readonly node: NodeId;
  readonly of: 'file' | 'data' | 'directory';
  /** It reported an error. */
  readonly failed: boolean;
}

/** A name was added to a directory for a new node. */
export interface CreateEvent extends EventBase {
  readonly kind: 'create';
  readonly node: NodeId;
  readonly nodeKind: 'file' | 'directory';
  readonly directory: NodeId;
  readonly name: string;
}

/** A second name for a node. */
export interface LinkEvent extends EventBase {
  readonly kind: 'link';
  readonly node: NodeId;
  readonly directory: NodeId;
  readonly name: string;
}

export interface RemoveEvent extends EventBase {
  readonly kind: 'remove';
  readonly node: NodeId;
  readonly directory: NodeId;
  readonly name: string;
}

export interface RenameEvent extends EventBase {
  readonly kind: 'rename';
  readonly node: NodeId;
  readonly fromDirectory: NodeId;
  readonly fromName: string;
  readonly directory: NodeId;
  readonly name: string;
  readonly fromPath: string;
}

export type NameEvent = CreateEvent | LinkEvent | RemoveEvent | RenameEvent;
export type ChangeEvent = WriteEvent | TruncateEvent | NameEvent;
export type StorageEvent = ChangeEvent | SyncEvent;

/** An event as the files of one process know it: the order, and who it is, are added by the trace. */
export type StorageAct = StorageEvent extends infer Event
  ? Event extends StorageEvent
    ? Omit<Event, 'start' | 'end' | 'process'>
    : never
  : never;

export function isNameEvent(event: StorageEvent): event is NameEvent {
  return event.kind === 'create' || event.kind === 'link' || event.kind === 'remove' || event.kind === 'rename';
}
