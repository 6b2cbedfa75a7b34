import { expect } from 'chai';
import { POSTGRES_BIN, skipWithout } from '../base/testing/postgres-tools.js';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { formatLsn, parseLsn, type Lsn } from '../base/lsn.js';
import { xid } from '../base/xid.js';
import { openRealOs } from '../os/real-os.js';
import type { RecordDraft } from './record.js';
import { Rmgr } from './rmgr-ids.js';
import {
  blockReference,
  dataPage,
  noop,
  openReader,
  readAll,
  SMALL_CONFIG,
  smallContext,
  smallSettings,
  startLog,
  withDirectory,
} from './testing/small-log.js';

/** PostgreSQL's own reader as a judge of ours and of what we write. */
const PG_WALDUMP = `${POSTGRES_BIN}/pg_waldump`;
const LINE = /^rmgr: (\S+) +len \(rec\/tot\): +(\d+)\/ *(\d+), tx: +(\d+), lsn: (\S+), prev (\S+), desc: (.*)$/;
const NAMES: Record<string, number> = { XLOG: Rmgr.xlog, Heap: Rmgr.heap };

interface Told {
  readonly rmgr: number;
  readonly totalBytes: number;
  readonly xid: number;
  readonly lsn: Lsn;
  readonly previous: Lsn;
}

function dump(directory: string, from: Lsn, to: Lsn): { told: Told[]; text: string } {
  const args = ['-p', `${directory}/pg_wal`, '-s', formatLsn(from), '-e', formatLsn(to)];
  const text = execFileSync(PG_WALDUMP, args, { encoding: 'utf8', maxBuffer: 1e8 });
  const told = text
    .trim()
    .split('\n')
    .map((line) => LINE.exec(line)!)
    .map(([, rmgr, , total, id, lsn, previous]) => ({
      rmgr: NAMES[rmgr],
      totalBytes: Number(total),
      xid: Number(id),
      lsn: parseLsn(lsn),
      previous: parseLsn(previous),
    }));
  return { told, text };
}

/** The body of a heap insert (xl_heap_insert): offset and flags. */
function heapInsert(index: number): RecordDraft {
  const page = dataPage((index % 2 === 0 ? 0 : 1e12) as Lsn, 24 + (index % 100) * 4, 7000);
  const block = blockReference(0, { page, standard: index % 3 !== 0, data: [Buffer.alloc(5 + (index % 50), index)] });
  return { rmgr: Rmgr.heap, info: 0, xid: xid(700 + index), data: [Buffer.from([1, 0, 0])], blocks: [block] };
}

describe('pg_waldump', () => {
  it('reads every record as we do', async function () {
    skipWithout(this, 'pg_waldump');
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings({ wal_buffers: '16' }));
      const { wal, first } = startLog(context);
      for (let i = 0; i < 1500; i++) {
        wal.insert(i % 3 === 0 ? heapInsert(i) : noop(Buffer.alloc((i * 41) % 3000, i)));
        if (i % 400 === 399) wal.switchSegment();
      }
      wal.insert(noop(Buffer.alloc(200_000)));
      wal.flush(wal.insertLsn());
      const { records, end } = readAll(openReader(context, SMALL_CONFIG, { keepRecords: true }), first);
      const { told, text } = dump(path, first, end.at);
      expect(told.length).to.equal(records.length);
      records.forEach(({ rmgr, totalBytes, xid, lsn, previous }, index) => {
        expect(told[index]).to.deep.equal({ rmgr, totalBytes, xid, lsn, previous });
      });
      expect(text).to.match(/desc: INSERT off 1 flags 0x00, blkref #0: rel 1663\/5\/16384 blk 0 FPW/);
      expect(text.match(/desc: SWITCH/g)?.length).to.equal(3);
    });
  });

  it('ends where we end in a damaged log', async function () {
    skipWithout(this, 'pg_waldump');
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings());
      const { wal, first } = startLog(context);
      for (let i = 0; i < 100; i++) wal.insert(noop(Buffer.alloc(500, i)));
      wal.flush(wal.insertLsn());
      const file = `${path}/pg_wal/000000010000000000000001`;
      const bytes = fs.readFileSync(file);
      for (const at of [9000, 12_345, 20_001, 16_384]) {
        const damaged = Buffer.from(bytes);
        damaged[at] ^= 0x10;
        fs.writeFileSync(file, damaged);
        const { records, end } = readAll(openReader(context), first);
        let complaint = '';
        let text = '';
        try {
          text = execFileSync(PG_WALDUMP, ['-p', `${path}/pg_wal`, '-s', formatLsn(first)], {
            encoding: 'utf8',
            stdio: 'pipe',
          });
        } catch (thrown) {
          ({ stdout: text, stderr: complaint } = thrown as { stdout: string; stderr: string });
        }
        expect(text.trim().split('\n').length).to.equal(records.length);
        expect(complaint).to.contain(end.endOfLog.replace(/ in log segment.*/, ''));
      }
    });
  });
});
