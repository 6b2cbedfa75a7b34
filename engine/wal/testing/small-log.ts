import { dir } from 'tmp-promise';
import { DEFAULT_TABLESPACE, Fork, blockNumber } from '../../base/block.js';
import type { Lsn } from '../../base/lsn.js';
import { Settings } from '../../base/settings/settings.js';
import { memorySizes } from '../../memory/area-table.js';
import { arenaBytes } from '../../memory/arena.js';
import type { EngineContext } from '../../memory/context.js';
import { Interrupts } from '../../memory/interrupts.js';
import { openMemory, type Memory } from '../../memory/memory.js';
import type { Os } from '../../os/os.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import { createFirstSegment } from '../first-segment.js';
import type { EndOfLog } from '../end-of-log.js';
import type { BlockReference, RecordDraft, WalRecord } from '../record.js';
import { WalReader, type WalReaderOptions } from '../reader.js';
import { Rmgr, XlogInfo } from '../rmgr-ids.js';
import { WAL_DIRECTORY } from '../segment-names.js';
import { fileWalSource, type WalSource } from '../wal-source.js';
import { findRemnants } from '../log-tail.js';
import { Wal, type WalConfig } from '../wal.js';

/** For tests: small logs, and records to fill them with. Constants are small to reach edges sooner. */
export const SMALL_CONFIG: WalConfig = { segmentBytes: 1024 * 1024, systemIdentifier: 7_234_567_890_123_456_789n };

export function smallSettings(overrides: Readonly<Record<string, string>> = {}): Settings {
  const settings = new Settings();
  const values = { shared_buffers: '16', wal_buffers: '4', max_connections: '8', backend_pool_size: '0', ...overrides };
  for (const [name, text] of Object.entries(values)) settings.setText(name as 'wal_buffers', text, 'command line');
  return settings;
}

/** A context on `memory` (memory of this process alone when not given) and the data in `dataDirectory`. */
export function smallContext(os: Os, dataDirectory: string, settings: Settings, memory?: Memory): EngineContext {
  const sizes = memorySizes(settings);
  const own = memory ?? openMemory(os, privateMemory.create(arenaBytes(sizes)), sizes, 0);
  return { os, memory: own, settings, interrupts: new Interrupts(own.slots, os.clock.monotonic), dataDirectory };
}

export function noop(bytes: Buffer): RecordDraft {
  return { rmgr: Rmgr.xlog, info: XlogInfo.noop, data: [bytes] };
}

/** An empty data page of relation 16384 with that LSN and some bytes in use at both ends. */
export function dataPage(lsn: Lsn, lower = 64, upper = 8000): Buffer {
  const page = Buffer.alloc(8192);
  page.writeUInt32LE(Math.floor(lsn / 0x1_0000_0000), 0);
  page.writeUInt32LE(lsn >>> 0, 4);
  page.writeUInt16LE(lower, 12);
  page.writeUInt16LE(upper, 14);
  page.writeUInt16LE(8192, 16);
  page.writeUInt16LE(8192 | 4, 18);
  for (let at = 24; at < lower; at++) page[at] = at & 0xff;
  for (let at = upper; at < page.length; at++) page[at] = (at * 7) & 0xff;
  return page;
}

export function blockReference(id: number, overrides: Partial<BlockReference> = {}): BlockReference {
  const file = { tablespace: DEFAULT_TABLESPACE, database: 5, relation: 16384 };
  return { id, file, fork: Fork.main, block: blockNumber(id), ...overrides };
}

/** Makes `pg_wal` in the context's data directory with a log of one NOOP record, and opens it for insertion. */
export function startLog(context: EngineContext, config: WalConfig = SMALL_CONFIG): { wal: Wal; first: Lsn } {
  const directory = `${context.dataDirectory}/${WAL_DIRECTORY}`;
  context.os.files.mkdir(directory);
  const { lsn, endLsn } = createFirstSegment(context.os, directory, config, 1, noop(Buffer.alloc(88)));
  const wal = new Wal(context, config);
  wal.startInsertion({ timeline: 1, endOfLog: endLsn, previousRecord: lsn, redo: lsn, remnants: [] });
  return { wal, first: lsn };
}

function openSource(context: EngineContext, config: WalConfig): WalSource {
  return fileWalSource(context.os, `${context.dataDirectory}/${WAL_DIRECTORY}`, 1, config.segmentBytes);
}

export function openReader(
  context: EngineContext,
  config: WalConfig = SMALL_CONFIG,
  options: WalReaderOptions = {},
): WalReader {
  const source = openSource(context, config);
  return new WalReader(source, config.segmentBytes, { systemIdentifier: config.systemIdentifier, ...options });
}

/** Runs `body` with a new directory that is gone afterwards. */
export async function withDirectory(body: (path: string) => void | Promise<void>): Promise<void> {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  try {
    await body(path);
  } finally {
    await cleanup();
  }
}

/** All records from `from` on, and why there are no more. */
export function readAll(reader: WalReader, from: Lsn): { records: WalRecord[]; end: EndOfLog } {
  const records: WalRecord[] = [];
  for (let result = reader.read(from); ; result = reader.next()) {
    if (!('record' in result)) return { records, end: result };
    records.push(result.record);
  }
}

/** What the next server start does after recovery: opens the log where the reader found its end. */
export function restartLog(context: EngineContext, first: Lsn, config: WalConfig = SMALL_CONFIG): Wal {
  const { records, end } = readAll(openReader(context, config, { keepRecords: true }), first);
  const wal = new Wal(context, config);
  const previousRecord = records[records.length - 1].lsn;
  const missingContrecord = end.missingContrecord === 0 ? undefined : end.missingContrecord;
  const source = openSource(context, config);
  const remnants = findRemnants(source, missingContrecord ?? end.at, config.segmentBytes);
  source.close();
  wal.startInsertion({ timeline: 1, endOfLog: end.at, previousRecord, redo: first, missingContrecord, remnants });
  return wal;
}
