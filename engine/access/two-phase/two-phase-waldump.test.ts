import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { POSTGRES_BIN, skipWithout } from '../../base/testing/postgres-tools.js';
import { formatLsn } from '../../base/lsn.js';
import { TEST_SIZES, type Cluster } from '../../memory/testing/processes.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { recordsOf } from '../testing/replay.js';
import { TABLE, begin, commit, insertRow, transact } from '../testing/test-access.js';
import { openProcesses } from '../testing/test-processes.js';
import { transactionResourceManager } from '../transactions/transaction-rmgr.js';

const ME = { role: 10, isSuperuser: true, database: 5 };
const PG_WALDUMP = `${POSTGRES_BIN}/pg_waldump`;

describe('pg_waldump and subtransactions', () => {
  it('agree with us on ends with subtransactions, assignments and prepared transactions', async function () {
    skipWithout(this, 'pg_waldump');
    await withDirectory((directory) => {
      const { cluster, processes } = openProcesses(directory, 1, { ...TEST_SIZES, locks: 256 });
      using _cluster: Cluster = cluster;
      const [me] = processes;
      const { transactions, heap, twoPhase } = me.access;
      const from = me.wal.insertLsn();
      transact(me, () => heap.create(TABLE));
      const nest = (depth: number, isUndone: boolean): void => {
        transactions.beginSub();
        insertRow(me, depth, 'row');
        if (depth > 0) nest(depth - 1, isUndone);
        if (isUndone) transactions.rollbackSub();
        else transactions.releaseSub();
      };
      begin(me);
      nest(70, false);
      commit(me);
      begin(me);
      nest(2, true);
      transactions.abort();
      for (const [gid, isCommit] of [
        ['kept', true],
        ["O'Brien", false],
      ] as const) {
        begin(me);
        nest(1, false);
        heap.create({ ...TABLE, relation: 20_000 + (isCommit ? 1 : 2) });
        transactions.dropAtCommit({ ...TABLE, relation: 20_003 });
        transactions.noteCatalogChange();
        twoPhase.prepare(gid, ME);
        twoPhase.finish(gid, isCommit, ME, () => {});
      }
      const ours = recordsOf(me, from).filter(({ rmgr }) => rmgr === transactionResourceManager.id);
      const range = ['-s', formatLsn(from), '-e', formatLsn(me.wal.insertLsn())];
      const told = execFileSync(PG_WALDUMP, ['-p', `${directory}/pg_wal`, '-r', 'Transaction', ...range], {
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC' },
      });
      const theirs = told.trim().split('\n');
      const kinds = theirs.map((line) => /desc: (\S+)/.exec(line)![1]);
      expect(new Set(kinds)).to.deep.equal(
        new Set(['COMMIT', 'ASSIGNMENT', 'ABORT', 'PREPARE', 'COMMIT_PREPARED', 'ABORT_PREPARED']),
      );
      expect(theirs.map((line) => normal(line.replace(/^.* desc: /, '')))).to.deep.equal(
        ours.map((record) => normal(transactionResourceManager.describe(record))),
      );
    });
  });
});

/** Relation lists differ in their spacing, times in the reader's zone. */
function normal(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+/, 'TIME')
    .replace(/\s+/g, ' ')
    .replaceAll(' ;', ';')
    .trim();
}
