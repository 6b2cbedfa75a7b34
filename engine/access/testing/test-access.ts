import * as fs from 'node:fs';
import { DEFAULT_TABLESPACE, type RelFile, type Tid } from '../../base/block.js';
import { fullXid, xid } from '../../base/xid.js';
import type { EngineContext } from '../../memory/context.js';
import type { Memory } from '../../memory/memory.js';
import { openRealOs } from '../../os/real-os.js';
import { openStorage, type Storage } from '../../storage/storage.js';
import { SMALL_CONFIG, smallContext, smallSettings, startLog } from '../../wal/testing/small-log.js';
import { Wal } from '../../wal/wal.js';
import { openAccess, type Access } from '../access.js';
import type { Snapshot } from '../transactions/snapshot.js';
import type { Isolation } from '../transactions/transactions.js';
import type { AttributeStorage } from '../tuple/attribute-storage.js';
import { TupleLayout } from '../tuple/tuple-layout.js';

/** For tests: transactions and tables on a small log, one or several processes, without recovery or SQL. */
export const FIRST_TEST_XID = 700;

export interface TestProcess {
  readonly context: EngineContext;
  readonly wal: Wal;
  readonly storage: Storage;
  readonly access: Access;
}

export const int4: AttributeStorage<number> = {
  length: 4,
  align: 4,
  byteLength: () => 4,
  write: (value, target, at) => void target.writeInt32LE(value, at),
  read: (source, at) => source.readInt32LE(at),
};

export const text: AttributeStorage<string> = {
  length: -1,
  align: 4,
  byteLength: (value) => Buffer.byteLength(value),
  write: (value, target, at) => void target.write(value, at),
  read: (source, at, bytes) => source.toString('utf8', at, at + bytes),
};

/** Rows of (key, value). */
export const rowLayout = new TupleLayout([int4, text]);
export const TABLE: RelFile = { tablespace: DEFAULT_TABLESPACE, database: 5, relation: 16384 };

/** A new data directory with an open log, and the process of slot 0 (memory's own slot) on it. */
export function startAccess(dataDirectory: string, memory?: Memory): TestProcess {
  for (const directory of ['base', 'base/5', 'global', 'pg_xact', 'pg_subtrans', 'pg_twophase']) {
    fs.mkdirSync(`${dataDirectory}/${directory}`, { recursive: true });
  }
  fs.writeFileSync(`${dataDirectory}/pg_xact/0000`, Buffer.alloc(8192));
  const context = smallContext(openRealOs(), dataDirectory, smallSettings(), memory);
  const process = assemble(context, startLog(context).wal);
  const { ids, commitLog, subtransactions } = process.access;
  ids.initialise({
    nextFullXid: fullXid(FIRST_TEST_XID),
    nextOid: 16384,
    oldestXid: xid(FIRST_TEST_XID),
    oldestXidDatabase: 1,
  });
  commitLog.start(xid(FIRST_TEST_XID));
  subtransactions.start(xid(FIRST_TEST_XID), xid(FIRST_TEST_XID));
  return process;
}

/** One more process on a directory and memory where `startAccess` has been. */
export function joinAccess(dataDirectory: string, memory: Memory): TestProcess {
  const context = smallContext(openRealOs(), dataDirectory, smallSettings(), memory);
  return assemble(context, new Wal(context, SMALL_CONFIG));
}

export function assemble(context: EngineContext, wal: Wal): TestProcess {
  const storage = openStorage(context, wal);
  return { context, wal, storage, access: openAccess(context, wal, storage) };
}

export function begin({ access }: TestProcess, isolation: Isolation = 'read committed'): void {
  access.transactions.begin({ isolation, readOnly: false });
}

export function commit({ access }: TestProcess, synchronous = true): void {
  access.transactions.commit({ synchronous });
}

export function transact<T>(member: TestProcess, body: () => T, synchronous = true): T {
  begin(member);
  const result = body();
  commit(member, synchronous);
  return result;
}

/** A statement is over: its changes become visible to the next, which sees what has committed by then. */
export function nextStatement({ access }: TestProcess): void {
  access.transactions.incrementCommand();
  access.transactions.startStatement();
}

export function insertRow({ access }: TestProcess, key: number, value: string, file = TABLE): Tid {
  return access.heap.insert(file, rowLayout.form([key, value]));
}

/** What a snapshot (the transaction's own when not given) sees: `1=one 2=two`, in physical order. */
export function rows({ access }: TestProcess, file = TABLE, snapshot?: Snapshot): string {
  const scan = access.heap.scan(file, snapshot ?? access.transactions.snapshot());
  const found: string[] = [];
  for (let tuple = scan.next(); tuple; tuple = scan.next()) {
    const [key, value] = tuple.values(rowLayout);
    found.push(`${key as number}=${value as string}`);
  }
  return found.join(' ');
}

/** The same, in a transaction of its own. */
export function committedRows(member: TestProcess, file = TABLE): string {
  return transact(member, () => rows(member, file));
}
