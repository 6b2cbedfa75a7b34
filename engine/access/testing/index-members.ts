import type { Memory } from '../../memory/memory.js';
import type { IndexEntry } from '../btree/btree.js';
import { begin, commit, insertRow, joinAccess, transact, type TestProcess } from './test-access.js';
import { testIndex } from './test-index.js';

/** What the processes of the index tests do, as members of a Cluster (memory/testing/processes.ts). */
export const INDEX_MEMBERS_URL = import.meta.url;

export const uniqueIndex = testIndex({ isUnique: true });
export const busyIndex = testIndex({ file: { ...testIndex().file, relation: 20001 } });

/** Entries of no row, which the vacuuming process removes again and again. */
export const FIRST_PASSING_BLOCK = 1_000_000;
/** Of passing entries, by all; in the area 'statistics'. */
const INSERTED_WORD = 401;
/** So many, that there are pages to delete. */
const ENTRIES_PER_VACUUM = 3000;
const PAUSE_MS = 2;
/** Keys that are there from the start, and stay. */
export const LASTING_STEP = 8000;

/** Tries to insert every key once, each in a transaction of its own; prints how many others had been faster. */
export function insertUnique(memory: Memory, directory: string, keys: string, seed: string): void {
  const member = joinAccess(directory, memory);
  let duplicates = 0;
  for (let n = 0; n < Number(keys); n++) {
    const key = (n * 7 + Number(seed) * 3) % Number(keys);
    if (!insertOnce(member, key, n % 5 === 0)) duplicates++;
  }
  process.stdout.write(String(duplicates));
}

/** Some transactions abort although they were first: then another gets the key. */
function insertOnce(member: TestProcess, key: number, abortsFirst: boolean): boolean {
  const { btree, transactions } = member.access;
  for (const aborts of abortsFirst ? [true, false] : [false]) {
    begin(member);
    transactions.snapshot();
    const tid = insertRow(member, key, String(memberSlot(member)));
    const isInserted = btree.insert(uniqueIndex, [key], tid, 'unique') === 'inserted';
    if (isInserted && !aborts) {
      commit(member, false);
      return true;
    }
    transactions.abort();
    if (!isInserted) return false;
  }
  return false;
}

/** Inserts passing entries between the lasting ones, here and there. */
export function insertPassing(memory: Memory, directory: string, count: string, span: string): void {
  const member = joinAccess(directory, memory);
  const slot = memberSlot(member);
  for (let n = 0; n < Number(count); n++) {
    const key = (n * 7919 + slot * 13) % Number(span);
    const tid = { block: (FIRST_PASSING_BLOCK + slot * 100_000 + n) as never, offset: 1 };
    transact(
      member,
      () => {
        member.access.transactions.xid();
        member.access.btree.insert(busyIndex, [key], tid, 'none');
      },
      false,
    );
    Atomics.add(memory.arena.area('statistics').i32, INSERTED_WORD, 1);
  }
}

/** Removes passing entries, and pages that are empty then; prints how many pages it deleted. */
export function vacuumPassing(memory: Memory, directory: string, entries: string): void {
  const member = joinAccess(directory, memory);
  const { i32 } = memory.arena.area('statistics');
  let deleted = 0;
  for (let wanted = ENTRIES_PER_VACUUM; wanted <= Number(entries); wanted += ENTRIES_PER_VACUUM) {
    while (Atomics.load(i32, INSERTED_WORD) < wanted) memory.latches.waitSync(PAUSE_MS);
    deleted += transact(member, () => vacuumOnce(member));
  }
  process.stdout.write(String(deleted));
}

export function vacuumOnce({ access }: TestProcess): number {
  const isDead = (block: number): boolean => block >= FIRST_PASSING_BLOCK;
  const stats = access.btree.bulkDelete(busyIndex, isDead, undefined, () => {});
  access.btree.cleanup(busyIndex, stats, () => {});
  return stats.newlyDeletedPages;
}

const CHECKED_ROUNDS = 5;

/** Scans both ways, and finds in order all lasting keys, each time; looks at all pages as well. */
export function scanBusy(memory: Memory, directory: string, rounds: string, span: string): void {
  const member = joinAccess(directory, memory);
  for (let round = 0; round < Number(rounds); round++) {
    for (const direction of ['forward', 'backward'] as const) {
      begin(member);
      member.access.transactions.snapshot();
      const scan = member.access.btree.scan(busyIndex, { equal: [] }, direction);
      checkOrder(() => scan.next(), direction === 'forward' ? 1 : -1, Number(span));
      commit(member, false);
    }
    if (round % CHECKED_ROUNDS === 0) checkPages(member);
  }
}

function checkPages(member: TestProcess): void {
  begin(member);
  member.access.transactions.snapshot();
  const [problem] = member.access.btree.verify(busyIndex, 'pages');
  if (problem) throw new Error(problem.found);
  commit(member, false);
}

function checkOrder(next: () => IndexEntry | null, sign: number, span: number): void {
  let [previous, lasting] = [-Infinity, 0];
  for (let entry = next(); entry; entry = next()) {
    const key = (entry.values()[0] as number) * sign;
    if (key < previous) throw new Error(`key ${key} after ${previous}`);
    previous = key;
    if (entry.tid.block < FIRST_PASSING_BLOCK) lasting++;
  }
  if (lasting !== span / LASTING_STEP) throw new Error(`found ${lasting} lasting keys of ${span / LASTING_STEP}`);
}

function memberSlot(member: TestProcess): number {
  return member.context.memory.slots.mine;
}
