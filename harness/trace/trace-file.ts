import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { UsageError } from '../cli/usage-error.js';
import { loadFile } from '../disks/load-volume.js';
import { Volume, type NodeId } from '../disks/volume.js';
import type { LiveAnomaly, Transaction } from '../history/history.js';
import type { StorageEvent } from './storage-event.js';

/**
 * A whole run's trace as one file: what the disk held before, every call that changed or synced it, and what clients
 * asked and were told. It says nothing of where the calls came from: real processes, a simulation, another program.
 *
 * The file is gzip; `zcat` shows most of it. Inside: a JSON line with the header, then items. An item is a JSON line,
 * and when that has a member `raw`, so many bytes and a newline follow it. In this order:
 *
 *   {"node":2,"directory":[["base",3]]}    a node of the base volume: a directory with its entries in their order,
 *   {"node":3,"raw":8192}                  or a file, its contents following
 *   {"start":7,"end":9,"kind":"write","raw":512,...}   a storage event (storage-event.ts), the data of a write following;
 *                                                      without `end` when the call never returned
 *   {"sequence":8,"client":1,"text":"..."} a client event; the first one of a transaction has all of it as `transaction`
 */
const TRACE_FILE_VERSION = 2;
const FORMAT = 'crashwright trace';
/** Pages compress well at any level, and this one costs least. */
const COMPRESSION_LEVEL = 1;

/** Something a client asked or was told, at its place in the total order. */
export interface ClientEvent {
  readonly sequence: number;
  readonly client: number;
  readonly text: string;
  /** The transaction that begins here, with what became of it. */
  readonly transaction?: Transaction;
  /** What the client saw that no correct target shows. */
  readonly anomaly?: LiveAnomaly;
}

export interface SavedTrace {
  /** Name and version of what was traced. */
  readonly target: string;
  /** What made the trace, as somebody would type it. */
  readonly producer: string;
  /** The data directory's path in the base volume and in the events. */
  readonly dataDirectory: string;
  readonly base: Volume;
  readonly events: readonly StorageEvent[];
  readonly clientEvents: readonly ClientEvent[];
}

const headerSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(TRACE_FILE_VERSION),
  target: v.string(),
  producer: v.string(),
  dataDirectory: v.string(),
  nodes: v.number(),
  events: v.number(),
  clientEvents: v.number(),
});

export function writeTraceFile(path: string, trace: SavedTrace): void {
  const { target, producer, dataDirectory, base, events, clientEvents } = trace;
  const nodes = [...nodeItems(base)];
  const counts = { nodes: nodes.length, events: events.length, clientEvents: clientEvents.length };
  const header = { format: FORMAT, version: TRACE_FILE_VERSION, target, producer, dataDirectory, ...counts };
  const items = [item(header), ...nodes, ...events.map(eventItem), ...clientEvents.map((event) => item(event))];
  writeFileSync(path, gzipSync(Buffer.concat(items.flat()), { level: COMPRESSION_LEVEL }));
}

/** Throws a UsageError for anything that is not a trace file of this version. */
export function readTraceFile(path: string): SavedTrace {
  const items = new ItemReader(path, unpacked(path));
  const { nodes, events, clientEvents, target, producer, dataDirectory } = headerOf(path, items);
  const base = Volume.empty();
  for (let i = 0; i < nodes; i++) restoreNode(base, items.next());
  return {
    target,
    producer,
    dataDirectory,
    base,
    events: Array.from({ length: events }, () => eventOf(items.next())),
    clientEvents: Array.from({ length: clientEvents }, () => items.next().json as unknown as ClientEvent),
  };
}

/** Is it compressed the way trace files are? Says nothing about the contents. */
export function looksLikeTraceFile(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function* nodeItems(volume: Volume): Generator<Buffer[]> {
  for (let id: NodeId = 0; id < volume.nextNode; id++) {
    const node = volume.node(id);
    if (node?.kind === 'directory') yield item({ node: id, directory: [...node.entries] });
    else if (node?.kind === 'file') yield item({ node: id }, volume.contents(id));
  }
}

function restoreNode(volume: Volume, { json, raw }: Item): void {
  const id = json.node as NodeId;
  if (raw) return loadFile(volume, volume.addNode('file', id), raw);
  volume.addNode('directory', id);
  for (const [name, child] of json.directory as readonly [string, NodeId][]) volume.setEntry(id, name, child);
}

function eventItem(event: StorageEvent): Buffer[] {
  const end = event.end === Infinity ? undefined : event.end;
  return event.kind === 'write' ? item({ ...event, end, data: undefined }, event.data) : item({ ...event, end });
}

function eventOf({ json, raw }: Item): StorageEvent {
  const { raw: _, end = Infinity, ...event } = json;
  return { ...event, end, ...(raw && { data: raw }) } as unknown as StorageEvent;
}

const NEWLINE = Buffer.from('\n');

function item(json: object, raw?: Buffer): Buffer[] {
  const line = Buffer.from(`${JSON.stringify(raw ? { ...json, raw: raw.length } : json)}\n`);
  return raw ? [line, raw, NEWLINE] : [line];
}

interface Item {
  readonly json: Readonly<Record<string, unknown>>;
  readonly raw: Buffer | undefined;
}

class ItemReader {
  private at = 0;

  constructor(
    private readonly path: string,
    private readonly bytes: Buffer,
  ) {}

  next(): Item {
    const end = this.bytes.indexOf('\n', this.at);
    if (end < 0) throw new UsageError(`${this.path} is cut off`);
    const json = JSON.parse(this.bytes.toString('utf8', this.at, end)) as Item['json'];
    this.at = end + 1;
    if (json.raw === undefined) return { json, raw: undefined };
    const raw = this.bytes.subarray(this.at, this.at + (json.raw as number));
    this.at += raw.length + 1;
    return { json, raw };
  }
}

function unpacked(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    if (!looksLikeTraceFile(bytes)) throw new Error('it is no trace file');
    return gunzipSync(bytes);
  } catch (thrown) {
    throw new UsageError(`cannot read ${path}: ${(thrown as Error).message}`);
  }
}

function headerOf(path: string, items: ItemReader): v.InferOutput<typeof headerSchema> {
  const header = v.safeParse(headerSchema, firstLine(items));
  if (header.success) return header.output;
  const [issue] = header.issues;
  throw new UsageError(
    `${path} is not a trace file of version ${TRACE_FILE_VERSION}: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
  );
}

function firstLine(items: ItemReader): unknown {
  try {
    return items.next().json;
  } catch {
    return undefined; // something else that is compressed
  }
}
