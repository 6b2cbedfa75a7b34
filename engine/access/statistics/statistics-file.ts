import { crc32c } from '../../base/crc32c.js';
import { errnoOf } from '../../base/errors.js';
import type { EngineContext } from '../../memory/context.js';
import { readWholeFile, writeWholeFile } from '../../os/whole-file.js';
import type { EntryRecord, StatisticsTable } from './statistics-table.js';

/**
 * The statistics between a clean shutdown and the next start (utils/activity/pgstat.c pgstat_write_statsfile). Written
 * under another name and renamed, and not synced: a power loss may take it, and then everything is counted anew.
 * PostgreSQL's dump of its own memory has no checksum, and no other program reads it; this one is as private.
 *
 *     u32 format, u32 entries      then for each: u32 kind, database, object, counters, and the counters as f64
 *     u32 CRC-32C of all before
 */
const PATH = 'pg_stat/pgstat.stat';
const TEMPORARY_PATH = 'pg_stat/pgstat.tmp';
const FORMAT = 0x4357_5301;
const HEADER_BYTES = 8;
const ENTRY_HEADER_BYTES = 16;
const CRC_BYTES = 4;

/** Writes all entries. Errors of the file system come through. */
export function saveStatistics({ os, dataDirectory }: EngineContext, table: StatisticsTable): void {
  const content = table.locked('shared', () => encode([...table.all()]));
  const temporary = `${dataDirectory}/${TEMPORARY_PATH}`;
  writeWholeFile(os.files, temporary, content);
  os.files.rename(temporary, `${dataDirectory}/${PATH}`);
}

/** Takes the entries over into a table that is empty; false when the file is damaged. Errors of the file system come through. */
export function restoreStatistics(context: EngineContext, table: StatisticsTable): boolean {
  const content = read(context);
  if (content === undefined) return true;
  const entries = decode(content);
  table.locked('exclusive', () => entries?.forEach((entry) => table.put(entry)));
  return entries !== undefined;
}

export function discardStatistics({ os, dataDirectory }: EngineContext): void {
  const path = `${dataDirectory}/${PATH}`;
  if (os.files.stat(path)) os.files.unlink(path);
}

function read({ os, dataDirectory }: EngineContext): Buffer | undefined {
  try {
    return readWholeFile(os.files, `${dataDirectory}/${PATH}`);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

function encode(entries: readonly EntryRecord[]): Buffer {
  const bytes = entries.reduce((sum, { counters }) => sum + ENTRY_HEADER_BYTES + 8 * counters.length, HEADER_BYTES);
  const content = Buffer.alloc(bytes + CRC_BYTES);
  let at = 0;
  const u32 = (value: number): unknown => (at = content.writeUInt32LE(value, at));
  u32(FORMAT);
  u32(entries.length);
  for (const { kind, database, object, counters } of entries) {
    [kind, database, object, counters.length].forEach(u32);
    for (const counter of counters) at = content.writeDoubleLE(counter, at);
  }
  u32(crc32c(content, 0, at));
  return content;
}

/** Undefined when they are not what was written. */
function decode(content: Buffer): EntryRecord[] | undefined {
  const end = content.length - CRC_BYTES;
  if (end < HEADER_BYTES || content.readUInt32LE(0) !== FORMAT) return undefined;
  if (content.readUInt32LE(end) !== crc32c(content, 0, end)) return undefined;
  const entries: EntryRecord[] = [];
  for (let at = HEADER_BYTES; at < end;) {
    const [kind, database, object, count] = [0, 4, 8, 12].map((offset) => content.readUInt32LE(at + offset));
    at += ENTRY_HEADER_BYTES;
    const counters = Array.from({ length: count }, (_, index) => content.readDoubleLE(at + 8 * index));
    at += 8 * count;
    entries.push({ kind, database, object, counters });
  }
  return entries;
}
