import { Settings, type SettingSource } from '../../base/settings/settings.js';
import type { Memory } from '../../memory/memory.js';
import { openRealOs } from '../../os/real-os.js';
import { Wal } from '../wal.js';
import { noop, SMALL_CONFIG, smallContext } from './small-log.js';

/** What the processes of the WAL tests do, as members of a Cluster (memory/testing/processes.ts). */
export const WAL_MEMBERS_URL = import.meta.url;
export const STOP_WORD = 300;

function openMember(memory: Memory, directory: string, settings: string): Wal {
  const json = JSON.parse(settings) as Record<string, [string, SettingSource]>;
  return new Wal(smallContext(openRealOs(), directory, Settings.fromJSON(json), memory), SMALL_CONFIG);
}

/** A record's data: who inserted it, and which of his it is. */
export function memberBytes(slot: number, index: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(8, length), slot + 1);
  bytes.writeUInt32LE(slot, 0);
  bytes.writeUInt32LE(index, 4);
  return bytes;
}

/** Inserts `count` records of up to `longest` bytes, flushing every `flushEvery`-th; prints what it saw flushed last. */
export function insertRecords(
  memory: Memory,
  directory: string,
  settings: string,
  count: string,
  longest: string,
  flushEvery: string,
): void {
  const wal = openMember(memory, directory, settings);
  const { mine } = memory.slots;
  for (let index = 0; index < Number(count); index++) {
    const length = (index * (mine + 3) * 37) % Number(longest);
    const end = wal.insert(noop(memberBytes(mine, index, length)));
    if (index % Number(flushEvery) !== 0) continue;
    wal.flush(end);
    if (wal.flushLsn() < end) throw new Error(`flushed to ${wal.flushLsn()} only, not to ${end}`);
  }
}

/** Flushes in the background until told to stop; prints how many rounds had something to do. */
export function flushInBackground(memory: Memory, directory: string, settings: string): void {
  const wal = openMember(memory, directory, settings);
  const area = memory.arena.area('statistics');
  let rounds = 0;
  while (Atomics.load(area.i32, STOP_WORD) === 0) {
    if (wal.backgroundFlush()) rounds++;
    memory.arena.wait(area, STOP_WORD, 0, 2);
  }
  process.stdout.write(String(rounds));
}

/** Moves the redo point again and again until told to stop; prints how often. */
export function moveRedoPoint(memory: Memory, directory: string, settings: string): void {
  const wal = openMember(memory, directory, settings);
  const area = memory.arena.area('statistics');
  let moves = 0;
  for (; Atomics.load(area.i32, STOP_WORD) === 0; moves++) {
    wal.withAllInsertLocks(() => wal.setRedoLsn(wal.currentInsertPosition()));
    memory.arena.wait(area, STOP_WORD, 0, 1);
  }
  process.stdout.write(String(moves));
}
