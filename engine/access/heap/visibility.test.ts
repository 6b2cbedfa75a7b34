import { expect } from 'chai';
import type { Tid } from '../../base/block.js';
import type { Cluster } from '../../memory/testing/processes.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import {
  TABLE,
  begin,
  commit,
  insertRow,
  nextStatement,
  rowLayout,
  rows,
  transact,
  type TestProcess,
} from '../testing/test-access.js';
import { openProcesses } from '../testing/test-processes.js';
import { presentSnapshot } from '../transactions/snapshot.js';

/** Where a transaction stands when the reader looks. */
const fates = ['committed-before-snapshot', 'committed-after-snapshot', 'running', 'aborted', 'crashed'] as const;
type Fate = (typeof fates)[number];

interface Expected {
  readonly mvcc: boolean;
  readonly self: boolean;
  readonly dirty: boolean;
  /** What delete, not waiting, would say. */
  readonly standing: string;
}

/** Of a version by when its inserter ended. */
const inserted: Record<Fate, Expected> = {
  'committed-before-snapshot': { mvcc: true, self: true, dirty: true, standing: 'ok' },
  'committed-after-snapshot': { mvcc: false, self: true, dirty: true, standing: 'ok' },
  running: { mvcc: false, self: false, dirty: true, standing: 'invisible' },
  aborted: { mvcc: false, self: false, dirty: false, standing: 'invisible' },
  crashed: { mvcc: false, self: false, dirty: false, standing: 'invisible' },
};

/** Of a version inserted long ago by when its deleter ended. */
const deleted: Record<Fate, Expected> = {
  'committed-before-snapshot': { mvcc: false, self: false, dirty: false, standing: 'deleted' },
  'committed-after-snapshot': { mvcc: true, self: false, dirty: false, standing: 'deleted' },
  running: { mvcc: true, self: true, dirty: true, standing: 'being-modified' },
  aborted: { mvcc: true, self: true, dirty: true, standing: 'ok' },
  crashed: { mvcc: true, self: true, dirty: true, standing: 'ok' },
};

/** Of a version inserted long ago and only locked. */
const locked: Record<Fate, Expected> = {
  ...deleted,
  'committed-before-snapshot': { mvcc: true, self: true, dirty: true, standing: 'ok' },
  'committed-after-snapshot': { mvcc: true, self: true, dirty: true, standing: 'ok' },
};

describe('visibility', () => {
  async function withProcesses(body: (reader: TestProcess, writer: TestProcess) => void): Promise<void> {
    await withDirectory((directory) => {
      const { cluster, processes } = openProcesses(directory, 2);
      using _cluster: Cluster = cluster;
      transact(processes[0], () => processes[0].access.heap.create(TABLE));
      body(processes[0], processes[1]);
    });
  }

  /** Runs `change` in the writer and ends it so that the reader, which takes its snapshot on the way, finds `fate`. */
  function arrange(reader: TestProcess, writer: TestProcess, fate: Fate, change: () => void): void {
    begin(writer);
    change();
    if (fate === 'committed-before-snapshot') commit(writer);
    if (fate === 'aborted') writer.access.transactions.abort();
    begin(reader, 'repeatable read');
    reader.access.transactions.snapshot();
    if (fate === 'committed-after-snapshot') commit(writer);
    // What a killed process leaves: no word in the commit log, and nobody in the process array.
    if (fate === 'crashed') writer.access.processes.end(writer.access.transactions.xidIfAssigned());
  }

  function check(reader: TestProcess, tid: Tid, expected: Expected): void {
    const { heap, transactions } = reader.access;
    const sees = (snapshot: Parameters<typeof heap.fetch>[2]): boolean => heap.fetch(TABLE, tid, snapshot) !== null;
    for (const round of ['first look', 'second look, with hints']) {
      expect(sees(transactions.snapshot()), `mvcc, ${round}`).to.equal(expected.mvcc);
      expect(rows(reader) !== '', `scan, ${round}`).to.equal(expected.mvcc);
      expect(sees(presentSnapshot('self')), `self, ${round}`).to.equal(expected.self);
      expect(sees(presentSnapshot('dirty')), `dirty, ${round}`).to.equal(expected.dirty);
      expect(sees(presentSnapshot('any')), `any, ${round}`).to.equal(true);
    }
    expect(heap.delete(TABLE, tid, { wait: false }).kind).to.equal(expected.standing);
  }

  for (const fate of fates) {
    it(`of a row whose inserter is ${fate}`, () =>
      withProcesses((reader, writer) => {
        let tid!: Tid;
        arrange(reader, writer, fate, () => (tid = insertRow(writer, 1, 'one')));
        check(reader, tid, inserted[fate]);
      }));

    it(`of a row whose deleter is ${fate}`, () =>
      withProcesses((reader, writer) => {
        const tid = transact(writer, () => insertRow(writer, 1, 'one'));
        arrange(reader, writer, fate, () => writer.access.heap.delete(TABLE, tid));
        check(reader, tid, deleted[fate]);
      }));

    it(`of a row whose locker is ${fate}`, () =>
      withProcesses((reader, writer) => {
        const tid = transact(writer, () => insertRow(writer, 1, 'one'));
        arrange(reader, writer, fate, () => writer.access.heap.lock(TABLE, tid));
        check(reader, tid, locked[fate]);
      }));
  }

  it('of own changes goes by commands', () =>
    withProcesses((me) => {
      begin(me);
      const { heap, transactions } = me.access;
      const tid = insertRow(me, 1, 'one');
      expect(rows(me), 'own command').to.equal('');
      expect(heap.delete(TABLE, tid).kind).to.equal('invisible');
      nextStatement(me);
      expect(rows(me), 'next command').to.equal('1=one');
      const before = transactions.snapshot();
      const updated = heap.update(TABLE, tid, rowLayout.form([1, 'uno']));
      expect(updated.kind).to.equal('ok');
      expect(rows(me, TABLE, before), 'the command that updates').to.equal('1=one');
      expect(heap.update(TABLE, tid, rowLayout.form([1, 'eins'])).kind).to.equal('self-modified');
      nextStatement(me);
      expect(rows(me), 'after the update').to.equal('1=uno');
      expect(rows(me, TABLE, before), 'an older snapshot of mine').to.equal('1=one');
      expect(heap.delete(TABLE, tid).kind, 'a version gone by an earlier command').to.equal('invisible');
      commit(me);
      expect(transact(me, () => rows(me))).to.equal('1=uno');
    }));

  it('of a row deleted by an aborted, then by another transaction', () =>
    withProcesses((reader, writer) => {
      const tid = transact(writer, () => insertRow(writer, 1, 'one'));
      begin(writer);
      writer.access.heap.delete(TABLE, tid);
      writer.access.transactions.abort();
      expect(transact(writer, () => writer.access.heap.delete(TABLE, tid).kind)).to.equal('ok');
      expect(transact(reader, () => rows(reader))).to.equal('');
    }));
});
