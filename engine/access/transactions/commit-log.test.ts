import { expect } from 'chai';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import { INVALID_LSN } from '../../base/lsn.js';
import { xid, type Xid } from '../../base/xid.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { startAccess, type TestProcess } from '../testing/test-access.js';
import { XACTS_PER_PAGE } from './commit-log-format.js';
import { CommitLog } from './commit-log.js';

/** The first id on a page; pages 40 and more need more buffers than there are. */
const onPage = (page: number, index = 0): Xid => xid(page * XACTS_PER_PAGE + index);

function extendTo({ access }: TestProcess, pages: number): void {
  for (let page = 1; page < pages; page++) access.commitLog.extendFor(onPage(page));
}

describe('commit log', () => {
  it('keeps every status while pages come and go', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ page: fc.nat(59), index: fc.nat(XACTS_PER_PAGE - 1), commits: fc.boolean() }), {
          minLength: 50,
          maxLength: 200,
        }),
        (ends) =>
          withDirectory((directory) => {
            const process = startAccess(directory);
            extendTo(process, 60);
            const { commitLog } = process.access;
            const expected = new Map<Xid, boolean>();
            for (const { page, index, commits } of ends) {
              const id = onPage(page, Math.max(index, 3));
              if (expected.has(id)) continue;
              if (commits) commitLog.setCommitted(id, process.wal.insertLsn());
              else commitLog.setAborted(id);
              expected.set(id, commits);
              if (index % 50 === 0) commitLog.flush();
            }
            for (const [id, commits] of expected) {
              expect([commitLog.didCommit(id), commitLog.didAbort(id)]).to.deep.equal([commits, !commits]);
            }
          }),
      ),
      { numRuns: 10 },
    ));

  it('writes a page only after the commit records of its asynchronous commits', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      const { commitLog } = process.access;
      const end = process.wal.insert({ rmgr: 0, info: 0x20, data: [Buffer.alloc(100)] });
      commitLog.setCommitted(xid(1000), end);
      expect([commitLog.commitLsn(xid(1000)), commitLog.commitLsn(xid(1001))]).to.deep.equal([end, 0]);
      expect(process.wal.needsFlush(end)).to.equal(true);
      expect(commitLog.flush()).to.equal(1);
      expect(process.wal.needsFlush(end)).to.equal(false);
      expect(fs.readFileSync(`${directory}/pg_xact/0000`)[250]).to.equal(1);
      expect(commitLog.flush()).to.equal(0);
    }));

  // Cause: in recovery a read of fewer bytes than a page passed for a page that was never written: zeros.
  // Consequence: transactions that had committed would have counted as crashed.
  // Fix: fewer bytes are the end of the file only when it has no more.
  it('takes a read that stops short for no missing page, not even in recovery', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      process.access.commitLog.setCommitted(onPage(0, 1000), INVALID_LSN);
      extendTo(process, 60);
      const { files } = process.context.os;
      const pread = files.pread.bind(files);
      files.pread = (fd, target, offset, length, position) => pread(fd, target, offset, length - 1, position);
      const recovering = new CommitLog(
        process.context,
        { ...process.wal, isOpen: () => false } as never,
        process.access.subtransactions,
      );
      for (const log of [process.access.commitLog, recovering]) {
        expect(() => log.didCommit(onPage(0, 1000)))
          .to.throw('could not access the commit log')
          .with.property('sqlState', '58030');
      }
    }));

  it('syncs what it wrote even when a later page cannot be written', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      extendTo(process, 40);
      const { files } = process.context.os;
      const calls: string[] = [];
      const [pwrite, fsync] = [files.pwrite.bind(files), files.fsync.bind(files)];
      let writes = 0;
      files.pwrite = (...all) => {
        if (++writes === 3) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        calls.push('write');
        pwrite(...all);
      };
      files.fsync = (fd) => {
        calls.push('fsync');
        fsync(fd);
      };
      expect(() => process.access.commitLog.flush())
        .to.throw('could not access')
        .with.property('sqlState', '53100');
      expect(calls.slice(0, 2)).to.deep.equal(['write', 'write']);
      expect(calls).to.include('fsync');
      files.fsync = () => {
        throw new Error('EIO: i/o error, fsync');
      };
      expect(() => process.access.commitLog.flush())
        .to.throw('could not fsync')
        .with.property('severity', 'PANIC');
    }));

  it('forgets what a crash left of ids that were never used', () =>
    withDirectory((directory) => {
      const { commitLog } = startAccess(directory).access;
      for (const id of [998, 1001, 1002, 1003, 5000]) commitLog.setCommitted(xid(id));
      commitLog.trim(xid(1002));
      expect([998, 1001, 1002, 1003, 5000].map((id) => commitLog.didCommit(xid(id)))).to.deep.equal([
        true,
        true,
        false,
        false,
        false,
      ]);
    }));

  // Cause: as in PostgreSQL's TrimCLOG, only an id that is a multiple of a page's was taken for the first of its page.
  // Consequence: a cluster that crashed when 2^32 - 1 was the last id given out did not come up again.
  it('does not ask for a page that the next id will begin', () =>
    withDirectory((directory) => {
      const { commitLog } = startAccess(directory).access;
      for (const next of [onPage(1), xid(3)]) commitLog.trim(next);
      expect(() => commitLog.trim(onPage(1, 1))).to.throw('could not access the commit log');
    }));

  it('knows the special ids without looking', () =>
    withDirectory((directory) => {
      const { commitLog } = startAccess(directory).access;
      expect([0, 1, 2].map((id) => commitLog.didCommit(xid(id)))).to.deep.equal([false, true, true]);
    }));

  it('does not take a missing file for an empty one', () =>
    withDirectory((directory) => {
      const { commitLog } = startAccess(directory).access;
      expect(() => commitLog.didCommit(onPage(99))).to.throw('could not access the commit log');
    }));

  it('removes whole segments behind a horizon, which is logged and durable first', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      const { commitLog } = process.access;
      extendTo(process, 70);
      commitLog.flush();
      expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0000', '0001', '0002']);
      const before = process.wal.insertLsn();
      commitLog.truncate(onPage(31), 5);
      expect(process.wal.insertLsn()).to.equal(before);
      process.context.os.reach = (point) => {
        if (point !== 'commit-log:truncation-logged') return;
        expect(commitLog.oldest()).to.equal(onPage(64));
        expect(process.wal.needsFlush(process.wal.insertLsn())).to.equal(false);
        expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0000', '0001', '0002']);
      };
      commitLog.truncate(onPage(64), 5);
      expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0002']);
      commitLog.advanceOldest(onPage(40));
      expect(commitLog.oldest()).to.equal(onPage(64));
      expect(() => commitLog.didCommit(onPage(3))).to.throw('could not access the commit log');
    }));

  it('removes what is older on the circle, not what has a lower number', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      const { commitLog } = process.access;
      const last = 2 ** 17 - 1;
      for (const page of [last - 40, last - 3, last]) commitLog.extendFor(onPage(page));
      commitLog.extendFor(xid(3));
      commitLog.extendFor(onPage(1));
      commitLog.flush();
      expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0000', '0FFE', '0FFF']);
      commitLog.truncate(onPage(last - 2), 5);
      expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0000', '0FFF']);
      commitLog.truncate(onPage(1), 5);
      expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0000']);
    }));

  it('is left alone when ids have wrapped around the horizon', () =>
    withDirectory((directory) => {
      const process = startAccess(directory);
      const { commitLog } = process.access;
      extendTo(process, 70);
      commitLog.flush();
      commitLog.truncate(onPage(100), 5);
      expect(fs.readdirSync(`${directory}/pg_xact`).sort()).to.deep.equal(['0000', '0001', '0002']);
    }));
});
