import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { BytesDescriber } from '../adapters/engine/describe-bytes.js';
import type { Volume } from '../disks/volume.js';
import { MAGIC } from '../trace/layout.js';
import type { StorageEvent } from '../trace/storage-event.js';
import { looksLikeTraceFile, readTraceFile, type ClientEvent } from '../trace/trace-file.js';
import { readTrace } from '../trace/trace-reader.js';
import { describeEvent, hexDump, placeOf } from './trace-lines.js';
import { UsageError } from './usage-error.js';

export interface TraceOptions {
  readonly process?: string;
  readonly file?: string;
  readonly from?: number;
  readonly to?: number;
  readonly payload?: boolean;
}

interface Printable {
  readonly title: string;
  readonly dataDirectory: string;
  readonly events: readonly StorageEvent[];
  readonly clientEvents: readonly ClientEvent[];
  /** The files as they were before, where that is known. */
  readonly base?: Volume;
}

/** `crashwright trace FILE`: prints it, one call below the other. */
export async function trace(path: string, options: TraceOptions): Promise<number> {
  const printable = open(path);
  const lines = traceLines(printable, options);
  process.stdout.write(`${printable.title}\n`);
  for (const line of lines) process.stdout.write(`${line}\n`);
  return 0;
}

/** A saved trace, or the trace area of a target with the logs of its processes beside it. */
function open(path: string): Printable {
  const magic = firstBytes(path);
  if (magic.readUInt32LE(0) === MAGIC) return openArea(path);
  if (!looksLikeTraceFile(magic)) throw new UsageError(`${path} is neither a trace file nor a trace area`);
  const { target, producer, ...saved } = readTraceFile(path);
  return { title: `${target}, by ${producer}`, ...saved };
}

function openArea(path: string): Printable {
  const beside = `${dirname(path)}/data`;
  const dataDirectory = existsSync(beside) ? beside : '';
  return { title: `trace area ${path}`, dataDirectory, events: eventsOf(path), clientEvents: [] };
}

function eventsOf(path: string): StorageEvent[] {
  try {
    return readTrace(path);
  } catch (thrown) {
    throw new UsageError(`cannot read ${path}: ${(thrown as Error).message}`);
  }
}

function firstBytes(path: string): Buffer {
  const bytes = Buffer.alloc(4);
  try {
    const fd = openSync(path, 'r');
    readSync(fd, bytes, 0, bytes.length, 0);
    closeSync(fd);
  } catch (thrown) {
    throw new UsageError(`cannot read ${path}: ${(thrown as Error).message}`);
  }
  return bytes;
}

/** The lines of the events that are asked for, in the total order. What bytes mean depends on all that came before. */
export function* traceLines(
  { dataDirectory, events, clientEvents, base }: Omit<Printable, 'title'>,
  options: TraceOptions,
): Generator<string> {
  const describer = new BytesDescriber();
  for (const { path, id } of base?.files() ?? []) describer.learn(relative(path, dataDirectory), base!.contents(id));
  const isProcess = processFilter(options.process);
  const isFile = fileFilter(options.file);
  const isPlace = (place: number): boolean => place >= (options.from ?? 0) && place <= (options.to ?? Infinity);
  const clients = options.file === undefined ? [...clientEvents].sort((a, b) => a.sequence - b.sequence) : [];
  let nextClient = 0;
  function* clientLines(until: number): Generator<string> {
    for (; nextClient < clients.length && clients[nextClient].sequence < until; nextClient++) {
      const { sequence, client, text } = clients[nextClient];
      const name = `client#${client}`;
      if (isPlace(sequence) && isProcess(name)) yield `${placeOf(sequence)} ${name.padEnd(14)} ${text}`;
    }
  }
  for (const event of events) {
    yield* clientLines(event.start);
    const path = relative(event.path, dataDirectory);
    const meaning = event.kind === 'write' ? describer.describe(path, event.offset, event.data) : [];
    if (!isPlace(event.start) || !isProcess(event.process) || !isFile(path)) continue;
    yield describeEvent(event, (each) => relative(each, dataDirectory));
    for (const line of meaning) yield `                    ${line}`;
    if (options.payload && event.kind === 'write') yield* hexDump(event.data, event.offset);
  }
  yield* clientLines(Infinity);
}

/** `backend` means every backend, `backend#2` the one that serves client 2. */
function processFilter(wanted: string | undefined): (name: string) => boolean {
  return (name) => wanted === undefined || name === wanted || name.startsWith(`${wanted}#`);
}

/** Part of a path; or the whole of it, when there is a `*` in it. */
function fileFilter(wanted: string | undefined): (path: string) => boolean {
  if (wanted === undefined) return () => true;
  if (!wanted.includes('*')) return (path) => path.includes(wanted);
  const parts = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`);
  return (path) => pattern.test(path);
}

function relative(path: string, directory: string): string {
  if (path === directory) return '.';
  return directory !== '' && path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}
