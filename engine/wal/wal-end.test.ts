import { expect } from 'chai';
import fc from 'fast-check';
import * as fs from 'node:fs';
import type { Lsn } from '../base/lsn.js';
import { PgError } from '../base/errors.js';
import type { EngineContext } from '../memory/context.js';
import { openRealOs } from '../os/real-os.js';
import { Rmgr, XlogInfo } from './rmgr-ids.js';
import type { Wal } from './wal.js';
import {
  noop,
  openReader,
  readAll,
  restartLog,
  SMALL_CONFIG,
  smallContext,
  smallSettings,
  startLog,
  withDirectory,
} from './testing/small-log.js';

const { segmentBytes } = SMALL_CONFIG;
const KEEP = { keepRecords: true } as const;

interface Log {
  readonly context: EngineContext;
  readonly wal: Wal;
  readonly first: Lsn;
  readonly path: string;
  /** Of every record, the first one too. */
  readonly starts: Lsn[];
  readonly ends: Lsn[];
}

/** A flushed log of `count` records of `length` data bytes each. */
function writeLog(directory: string, count: number, length: number): Log {
  const context = smallContext(openRealOs(), directory, smallSettings());
  const { wal, first } = startLog(context);
  const starts = [first];
  const ends = [wal.insertLsn()];
  for (let i = 0; i < count; i++) {
    ends.push(wal.insert(noop(Buffer.alloc(length, i + 1))));
    starts.push(wal.lastInsertStart);
  }
  wal.flush(ends[ends.length - 1]);
  return { context, wal, first, path: `${directory}/pg_wal/000000010000000000000001`, starts, ends };
}

function change(path: string, at: number, bytes: Buffer): void {
  const fd = fs.openSync(path, 'r+');
  fs.writeSync(fd, bytes, 0, bytes.length, at);
  fs.closeSync(fd);
}

/** The record that holds byte `at` of the segment; page headers and padding belong to the record they follow or cut. */
function recordAround(log: Log, at: number): number {
  return log.starts.findLastIndex((start) => start <= segmentBytes + at);
}

describe('The end of a log', () => {
  it('is before the first record that any changed byte belongs to', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 60, 700);
      const bytes = fs.readFileSync(log.path);
      const last = log.ends[log.ends.length - 1] - segmentBytes;
      const anyChange = fc.tuple(fc.integer({ min: 40, max: last - 1 }), fc.integer({ min: 1, max: 255 }));
      fc.assert(
        fc.property(anyChange, ([at, bits]) => {
          if (isIgnoredByte(at)) return;
          change(log.path, at, Buffer.from([bytes[at] ^ bits]));
          const { records } = readAll(openReader(log.context), log.first);
          change(log.path, at, bytes.subarray(at, at + 1));
          expect(records.length).to.equal(survivorsOf(log, at));
        }),
        { numRuns: 400 },
      );
    });

    /** Info bits, timeline and padding of a page header, and alignment, carry nothing that must be checked. */
    function isIgnoredByte(at: number): boolean {
      const inPage = at % 8192;
      return (inPage >= 2 && inPage < 8) || (inPage >= 20 && inPage < 24);
    }

    function survivorsOf(log: Log, at: number): number {
      const index = recordAround(log, at);
      const pageStart = segmentBytes + at - (at % 8192);
      if (at % 8192 < 24) return log.ends.filter((end) => end <= pageStart).length;
      const dataEnd = log.ends[index] - segmentBytes;
      return at >= dataEnd ? log.ends.length : isPadding(log, index, at) ? log.ends.length : index;
    }

    function isPadding(log: Log, index: number, at: number): boolean {
      const result = openReader(log.context).read(log.starts[index]);
      const padding = 'record' in result ? (8 - (result.record.totalBytes % 8)) % 8 : 0;
      return at >= log.ends[index] - segmentBytes - padding;
    }
  });

  it('is found in a file cut at any length', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 60, 700);
      const bytes = fs.readFileSync(log.path);
      const last = log.ends[log.ends.length - 1] - segmentBytes;
      for (let length = last; length > 200; length -= 397) {
        fs.writeFileSync(log.path, bytes.subarray(0, length));
        const { records, end } = readAll(openReader(log.context), log.first);
        expect(records.length).to.be.at.most(log.ends.filter((e) => e - 7 <= segmentBytes + length).length);
        expect(end.kind).to.equal('short-segment');
        expect(end.at).to.equal(log.ends[records.length - 1]);
      }
      fs.unlinkSync(log.path);
      expect(readAll(openReader(log.context), log.first).end.kind).to.equal('missing-segment');
    });
  });

  it('is never an I/O error', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 60, 700);
      const os = openRealOs();
      const fail = (code: string) => (): never => {
        throw Object.assign(new Error(`${code}: injected`), { code });
      };
      const context = { ...log.context, os };
      const open = os.files.open.bind(os.files);
      os.files.pread = fail('EIO');
      expect(() => readAll(openReader(context), log.first))
        .to.throw(PgError, 'EIO')
        .with.property('severity', 'PANIC');
      os.files.open = fail('EMFILE');
      expect(() => readAll(openReader(context), log.first))
        .to.throw(PgError, 'EMFILE')
        .with.property('severity', 'PANIC');
      os.files.open = open;
    });
  });

  // Cause: a read that returned fewer bytes than asked for passed for the end of the file.
  // Consequence: recovery ended there, and acknowledged commits behind it were lost without a word.
  // Fix: fewer bytes are the end only when the file has no more.
  it('is never a read that stops short of the file', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 60, 700);
      const os = openRealOs();
      const pread = os.files.pread.bind(os.files);
      os.files.pread = (fd, target, offset, length, position) =>
        pread(fd, target, offset, Math.min(length, 100), position);
      expect(() => readAll(openReader({ ...log.context, os }), log.first))
        .to.throw(PgError, 'though the file goes on')
        .with.property('severity', 'PANIC');
    });
  });

  it('is where a recycled segment begins', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 1600, 700);
      const second = log.path.replace(/1$/, '2');
      fs.copyFileSync(log.path, second);
      const { records, end } = readAll(openReader(log.context), log.first);
      expect(end).to.include({ kind: 'page-header' });
      expect(end.endOfLog).to.match(/unexpected pageaddr 0\/100000 in log segment 000000010000000000000002/);
      expect(log.ends[records.length - 1]).to.be.at.most(2 * segmentBytes);
    });
  });

  it('is before a segment of another system or size', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 3, 100);
      const options = { systemIdentifier: 1n };
      expect(readAll(openReader(log.context, SMALL_CONFIG, options), log.first).end.endOfLog).to.contain(
        'different database system',
      );
      change(log.path, 32, Buffer.from([0, 0, 0x20, 0]));
      expect(readAll(openReader(log.context), log.first).end.endOfLog).to.contain('incorrect segment size');
    });
  });

  it('believes no length: a huge one reserves no memory', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 3, 100);
      const at = log.starts[3] - segmentBytes;
      for (const [length, kind] of [
        [0x3000_0000, 'contrecord'],
        [0xffff_ffff, 'record-header'],
        [23, 'record-header'],
        [0, 'no-record'],
      ] as const) {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32LE(length);
        change(log.path, at, bytes);
        const before = process.memoryUsage().arrayBuffers;
        const { end } = readAll(openReader(log.context), log.first);
        expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(8e6);
        expect(end.at).to.equal(log.ends[2]);
        if (length !== 0x3000_0000) expect(end.kind).to.equal(kind);
        else expect(end.brokenRecord).to.equal(log.starts[3]);
      }
    });
  });

  it('may move on: a reader goes on when the log has grown', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 3, 100);
      const reader = openReader(log.context);
      expect(readAll(reader, log.first).records.length).to.equal(4);
      for (let i = 0; i < 50; i++) {
        log.wal.flush(log.wal.insert(noop(Buffer.alloc(3000, i))));
        const result = reader.next();
        expect('record' in result && result.record.data[0]).to.equal(i);
        expect(reader.next()).to.have.property('endOfLog');
      }
    });
  });
});

describe('Restarting after a crash', () => {
  it('gives up a record whose rest is lost, and readers step over it', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 5, 3000);
      const broken = log.starts.findIndex(
        (start, i) => Math.floor(start / 8192) !== Math.floor((log.ends[i] - 1) / 8192),
      );
      const page = (Math.floor(log.starts[broken] / 8192) + 1) * 8192;
      change(log.path, page - segmentBytes, Buffer.alloc(8192));
      const { end } = readAll(openReader(log.context), log.first);
      expect(end).to.include({ at: log.ends[broken - 1], brokenRecord: log.starts[broken], missingContrecord: page });

      const context = smallContext(openRealOs(), directory, smallSettings());
      const wal = restartLog(context, log.first);
      const body = Buffer.alloc(16);
      body.writeUInt32LE(log.starts[broken], 0);
      wal.insert({ rmgr: Rmgr.xlog, info: XlogInfo.overwriteContrecord, data: [body] });
      expect(wal.lastInsertStart).to.equal(page + 24);
      const last = wal.insert(noop(Buffer.alloc(10)));
      wal.flush(last);
      const after = readAll(openReader(context, SMALL_CONFIG, KEEP), log.first);
      expect(after.records.map(({ overwritten }) => overwritten).filter((lsn) => lsn !== 0)).to.deep.equal([
        log.starts[broken],
      ]);
      expect(after.end).to.include({ at: last, brokenRecord: 0 });
    });
  });

  it('wipes pages behind the end, so that no old record can follow a new one', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 200, 700);
      const lostPage = segmentBytes + 8192 * 3;
      change(log.path, lostPage - segmentBytes, Buffer.alloc(8192));
      const context = smallContext(openRealOs(), directory, smallSettings());
      const wal = restartLog(context, log.first);
      expect(wal.flushLsn()).to.equal(lostPage);
      expect(
        fs
          .readFileSync(log.path)
          .subarray(8192 * 3)
          .every((byte) => byte === 0),
      ).to.equal(true);
    });
  });

  it('removes half-made segments', async () => {
    await withDirectory((directory) => {
      const log = writeLog(directory, 2, 10);
      fs.writeFileSync(`${directory}/pg_wal/xlogtemp.99`, 'half');
      restartLog(smallContext(openRealOs(), directory, smallSettings()), log.first);
      expect(fs.readdirSync(`${directory}/pg_wal`)).to.deep.equal(['000000010000000000000001']);
    });
  });
});
