import type { StorageEvent } from '../trace/storage-event.js';

const SYNC_NAMES = { file: 'fsync', data: 'fdatasync', directory: 'fsync dir' } as const;
const HEX_BYTES = 16;

/** `#12`, `#12-15`, or `#12-` for a call that never returned. */
export function placeOf(start: number, end?: number): string {
  const place = end === undefined ? `#${start}` : `#${start}-${end === Infinity ? '' : end}`;
  return place.padEnd(16);
}

/** One line about a call; `show` makes its paths short. */
export function describeEvent(event: StorageEvent, show: (path: string) => string): string {
  const { start, end, process } = event;
  const outcome = end === Infinity ? '  in flight' : event.kind === 'sync' && event.failed ? '  FAILED' : '';
  return `${placeOf(start, end)} ${process.padEnd(14)} ${nameOf(event).padEnd(9)} ${objectOf(event, show)}${outcome}`;
}

function nameOf(event: StorageEvent): string {
  if (event.kind === 'sync') return SYNC_NAMES[event.of];
  return event.kind === 'create' && event.nodeKind === 'directory' ? 'mkdir' : event.kind;
}

function objectOf(event: StorageEvent, show: (path: string) => string): string {
  const path = show(event.path);
  switch (event.kind) {
    case 'write':
      return `${path} at ${event.offset}, ${event.data.length} bytes`;
    case 'truncate':
      return `${path} to ${event.bytes} bytes`;
    case 'rename':
      return `${show(event.fromPath)} to ${path}`;
    default:
      return path;
  }
}

/** As `hexdump -C` prints it: lines equal to the one before are left out, and a `*` says so. */
export function* hexDump(data: Buffer, offset: number): Generator<string> {
  let before: Buffer | undefined;
  let isSkipping = false;
  for (let at = 0; at < data.length; at += HEX_BYTES) {
    const bytes = data.subarray(at, at + HEX_BYTES);
    if (before?.equals(bytes)) {
      if (!isSkipping) yield '        *';
      isSkipping = true;
      continue;
    }
    before = bytes;
    isSkipping = false;
    yield `        ${hexLine(bytes, offset + at)}`;
  }
  yield `        ${hex(offset + data.length, 8)}`;
}

function hexLine(bytes: Buffer, at: number): string {
  const codes = [...bytes].map((byte) => hex(byte, 2)).join(' ');
  const text = bytes.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
  return `${hex(at, 8)}  ${codes.padEnd(3 * HEX_BYTES)} |${text}|`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
