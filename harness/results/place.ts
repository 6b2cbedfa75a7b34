import type { Operation } from '../faults/operations.js';
import { classifyFile } from '../faults/operations.js';
import type { StorageEvent } from '../trace/storage-event.js';

/**
 * A place where a crash can fall: a process type and what it is about to do, or has just done. In text, as faults name it:
 * `checkpointer fdatasync(wal)`, `backend point commit:after-record`.
 */
export type Place = string;

const OPERATION_OF = {
  write: 'pwrite',
  truncate: 'ftruncate',
  link: 'link',
  remove: 'unlink',
  rename: 'rename',
} as const satisfies Record<string, Operation>;
const SYNC_OPERATION = { file: 'fsync', data: 'fdatasync', directory: 'fsyncDirectory' } as const satisfies Record<
  string,
  Operation
>;

/** Where a change or sync on record is; of whichever backend. */
export function placeOfEvent(event: StorageEvent): Place {
  const [process] = event.process.split('#');
  return `${process} ${operationOf(event)}(${classifyFile(event.path)})`;
}

function operationOf(event: StorageEvent): Operation {
  if (event.kind === 'sync') return SYNC_OPERATION[event.of];
  if (event.kind === 'create') return event.nodeKind === 'directory' ? 'mkdir' : 'open';
  return OPERATION_OF[event.kind];
}

/** What was done, by the moments between which it was. */
export function placesOf(events: readonly StorageEvent[]): Map<number, Place> {
  const places = new Map<number, Place>();
  for (const event of events) {
    const place = placeOfEvent(event);
    places.set(event.start, place).set(event.end, place);
  }
  return places;
}

const POINT = ' point ';

export function isPlaceOfPoint(place: Place): boolean {
  return place.includes(POINT);
}

/** `checkpointer` and `fdatasync(wal)`, or `backend` and `commit:after-record`. */
export function splitPlace(place: Place): { process: string; place: string } {
  const separator = isPlaceOfPoint(place) ? POINT : ' ';
  const at = place.indexOf(separator);
  return { process: place.slice(0, at), place: place.slice(at + separator.length) };
}
