import * as fs from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { openRealOs } from '../os/real-os.js';
import { rowPlace, testIndex } from '../access/testing/test-index.js';
import { TABLE } from '../access/testing/test-access.js';
import type { WalRecord } from '../wal/record.js';
import { Rmgr, XlogInfo } from '../wal/rmgr-ids.js';
import { openReader, readAll } from '../wal/testing/small-log.js';
import { createCluster, readControlFile } from './recovery.js';
import { TestEngine, TestTable } from './testing/test-cluster.js';

const FILE = 'base/5/16384';
const BEFORE = [...Array(40).keys()];

/** Tables made and filled in one transaction with wal_level = minimal: in the log there is no trace of their rows. */
describe('changes that are not logged', () => {
  let root = '';
  let cleanup = async (): Promise<void> => {};

  beforeEach(async () => {
    const made = await dir({ unsafeCleanup: true });
    root = `${made.path}/data`;
    cleanup = made.cleanup;
    createCluster(openRealOs(), root, { segmentBytes: 1024 ** 2 });
  });
  afterEach(() => cleanup());

  function start(thresholdKb: number): { engine: TestEngine; table: TestTable; synced: string[] } {
    const engine = new TestEngine(root, (settings) => {
      settings.set('wal_level', 'minimal', 'override');
      settings.set('max_wal_senders', 0, 'override');
      settings.set('wal_skip_threshold', thresholdKb, 'override');
    });
    engine.recovery.runStartup();
    const synced: string[] = [];
    engine.counted.watch = (name, all) => {
      if (name === 'fsync' || name === 'fdatasync') synced.push(engine.counted.paths.get(all[0] as number)!);
    };
    return { engine, table: new TestTable(engine), synced };
  }

  function load(table: TestTable): void {
    table.create();
    for (const key of BEFORE) table.insert(key, `${key} ${'x'.repeat(1000)}`);
  }

  function logged(engine: TestEngine): WalRecord[] {
    engine.wal.flush(engine.wal.insertLsn());
    const { segmentBytes, systemIdentifier, checkPoint } = readControlFile(openRealOs(), root);
    const reader = openReader(engine.ctx, { segmentBytes, systemIdentifier }, { keepRecords: true });
    return readAll(reader, checkPoint).records;
  }

  function heapRecords(engine: TestEngine): number {
    return logged(engine).filter(({ rmgr }) => rmgr === Rmgr.heap || rmgr === Rmgr.heap2).length;
  }

  /** How many pages each record has that holds nothing but pages. */
  function loggedPages(engine: TestEngine): number[] {
    const images = logged(engine).filter(
      ({ rmgr, info }) => rmgr === Rmgr.xlog && (info & 0xf0) === XlogInfo.fullPageImage,
    );
    return images.map(({ blocks }) => blocks.length);
  }

  function contentsAfterCrash(engine: TestEngine): Record<number, string> {
    engine.crash();
    const { engine: next, table } = start(0);
    const contents = table.contents();
    next.crash();
    return contents;
  }

  it('are synced before the commit is logged', () => {
    const { engine, table, synced } = start(0);
    engine.transact(() => load(table));
    const tableSync = synced.findIndex((path) => path.endsWith(FILE));
    const logSync = synced.findIndex((path) => path.includes('pg_wal'));
    expect(tableSync).to.be.greaterThan(-1);
    expect(tableSync).to.be.lessThan(logSync);
    expect(heapRecords(engine)).to.equal(0);
    const contents = table.contents();
    expect(contentsAfterCrash(engine)).to.deep.equal(contents);
  });

  it('of a small file are logged as whole pages: all that was not synced may be lost', () => {
    const { engine, table, synced } = start(2048);
    engine.transact(() => load(table));
    expect(synced.filter((path) => path.endsWith(FILE))).to.deep.equal([]);
    expect(loggedPages(engine), 'of the table, of its free-space map').to.deep.equal([6, 2]);
    const contents = table.contents();
    engine.crash();
    fs.truncateSync(`${root}/${FILE}`, 0);
    const { engine: next, table: again } = start(0);
    expect(again.contents()).to.deep.equal(contents);
    next.crash();
  });

  it('are logged from the commit on, each page whole when it changes first', () => {
    const { engine, table } = start(0);
    engine.transact(() => load(table));
    engine.transact(() => table.delete(1));
    engine.transact(() => table.delete(2));
    expect(heapRecords(engine)).to.equal(2);
    const contents = table.contents();
    expect(contentsAfterCrash(engine)).to.deep.equal(contents);
  });

  it('are left out to the end, in subtransactions and after aborted ones too', () => {
    const { engine, table } = start(0);
    const { transactions } = engine.access;
    engine.transact(() => {
      load(table);
      transactions.incrementCommand();
      transactions.beginSub();
      table.update(1, 'updated-by-aborted');
      transactions.rollbackSub();
      transactions.beginSub();
      table.insert(100, 'inserted-by-subtransaction');
      transactions.releaseSub();
      transactions.incrementCommand();
      table.delete(3);
    });
    expect(heapRecords(engine)).to.equal(0);
    const contents = table.contents();
    expect(Object.keys(contents)).to.have.length(BEFORE.length);
    expect(contentsAfterCrash(engine)).to.deep.equal(contents);
  });

  it('of a file that was cut are synced however small it is, or its old end would come back', () => {
    const { engine, table, synced } = start(2048);
    engine.transact(() => {
      load(table);
      engine.access.heap.truncate(table.file, 0);
      table.insert(1, 'after-truncate');
    });
    expect(synced.some((path) => path.endsWith(FILE))).to.equal(true);
    expect(contentsAfterCrash(engine)).to.deep.equal({ 1: 'after-truncate' });
  });

  it('of an index that is built are synced or logged once, at the commit', () => {
    for (const thresholdKb of [0, 2048]) {
      const { engine, synced } = start(thresholdKb);
      const index = testIndex({ file: { ...TABLE, relation: 20000 + thresholdKb } });
      const entries = BEFORE.map((key) => ({ values: [key], tid: rowPlace(key), isLive: true }));
      engine.transact(() => {
        engine.access.transactions.xid();
        engine.access.btree.create(index);
        engine.access.btree.build(index, entries, { memoryKb: 64, duplicate: () => new Error('no duplicates') });
      });
      const syncs = synced.filter((path) => path.endsWith(`base/5/${index.file.relation}`));
      expect(syncs).to.have.length(thresholdKb === 0 ? 1 : 0);
      engine.crash();
      if (thresholdKb > 0) fs.truncateSync(`${root}/base/5/${index.file.relation}`, 0);
      const { engine: next } = start(thresholdKb);
      const rows = entries.map(({ values, tid }) => ({ values, tid }));
      expect(next.access.btree.verify(index, 'tree', { rows, hasLinePointer: () => true })).to.deep.equal([]);
      next.crash();
    }
  });

  it('go with an aborted transaction, and the next one logs', () => {
    const { engine, table, synced } = start(0);
    const { transactions } = engine.access;
    transactions.begin({ isolation: 'read committed', readOnly: false });
    load(table);
    transactions.abort();
    expect(synced.filter((path) => path.endsWith(FILE))).to.deep.equal([]);
    expect(fs.existsSync(`${root}/${FILE}`) && fs.statSync(`${root}/${FILE}`).size).to.equal(0);
    expect(engine.wal.unlogged.take()).to.deep.equal([]);
    engine.crash();
  });

  it('need that nobody wants to follow the log', () => {
    const engine = new TestEngine(root, (settings) => settings.set('wal_level', 'minimal', 'override'));
    expect(() => engine.recovery.runStartup())
      .to.throw('WAL streaming (max_wal_senders > 0) requires wal_level "replica" or "logical"')
      .with.property('severity', 'FATAL');
    engine.crash();
  });
});
