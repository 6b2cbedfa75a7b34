import { expect } from 'chai';
import * as fs from 'node:fs';
import type { Lsn } from '../base/lsn.js';
import { openRealOs } from '../os/real-os.js';
import {
  noop,
  openReader,
  readAll,
  restartLog,
  smallContext,
  smallSettings,
  SMALL_CONFIG,
  startLog,
  withDirectory,
} from './testing/small-log.js';
import type { Wal } from './wal.js';

const { segmentBytes } = SMALL_CONFIG;

function fill(wal: Wal, segments: number): void {
  const target = wal.insertLsn() + segments * segmentBytes;
  while (wal.insertLsn() < target) wal.insert(noop(Buffer.alloc(5000)));
  wal.flush(wal.insertLsn());
}

const names = (directory: string): number[] =>
  fs
    .readdirSync(`${directory}/pg_wal`)
    .sort()
    .map((name) => parseInt(name.slice(16), 16));

describe('Segments', () => {
  it('are complete and durable, name and all, before they are written to', async () => {
    await withDirectory((path) => {
      const os = openRealOs();
      const calls: string[] = [];
      for (const call of ['fsync', 'rename', 'fsyncDirectory', 'fdatasync'] as const) {
        const real = os.files[call].bind(os.files) as (...args: unknown[]) => void;
        os.files[call] = (...args: unknown[]) => {
          calls.push(call);
          real(...args);
        };
      }
      const context = smallContext(os, path, smallSettings({ wal_buffers: '16' }));
      const { wal } = startLog(context);
      calls.length = 0;
      fill(wal, 1);
      expect(calls).to.deep.equal(['fdatasync', 'fsync', 'rename', 'fsyncDirectory', 'fdatasync']);
      expect(fs.statSync(`${path}/pg_wal/000000010000000000000002`).size).to.equal(segmentBytes);
    });
  });

  it('tell when they are full', async () => {
    await withDirectory((path) => {
      const { wal } = startLog(smallContext(openRealOs(), path, smallSettings()));
      const filled: number[] = [];
      wal.onSegmentFilled = (segment) => filled.push(segment);
      fill(wal, 3);
      expect(filled).to.deep.equal([1, 2, 3]);
    });
  });

  it('before the redo point are recycled as far as they will be needed, and removed beyond', async () => {
    await withDirectory((path) => {
      const settings = smallSettings({ min_wal_size: '4', max_wal_size: '8' });
      const { wal } = startLog(smallContext(openRealOs(), path, settings));
      fill(wal, 9);
      const redo = (8 * segmentBytes + 8192) as Lsn;
      const { removed, recycled, problems } = wal.removeOldSegments(
        redo,
        (redo - segmentBytes) as Lsn,
        wal.insertLsn(),
      );
      expect(problems).to.deep.equal([]);
      expect(removed + recycled).to.equal(7);
      expect(recycled).to.be.greaterThan(0);
      const left = names(path);
      expect(left[0], 'the segment of the redo point stays').to.equal(8);
      expect(left.length).to.equal(3 + recycled);
    });
  });

  it('that were recycled end the log until they are written anew', async () => {
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings({ min_wal_size: '6' }));
      const { wal } = startLog(context);
      fill(wal, 4);
      const redo = wal.insertLsn();
      const last = wal.insert(noop(Buffer.alloc(100, 9)));
      wal.flush(last);
      expect(wal.removeOldSegments(redo, redo, last).recycled).to.be.greaterThan(0);
      fill(wal, 2);
      expect(readAll(openReader(context), redo).end.at).to.equal(wal.flushLsn());
      const end = wal.flushLsn();
      const restarted = restartLog(smallContext(openRealOs(), path, smallSettings()), redo);
      expect(restarted.flushLsn()).to.equal(end);
    });
  });

  it('are made ahead when the current one is nearly full', async () => {
    await withDirectory((path) => {
      const { wal, first } = startLog(smallContext(openRealOs(), path, smallSettings()));
      while (wal.insertLsn() % segmentBytes < 0.8 * segmentBytes) wal.insert(noop(Buffer.alloc(5000)));
      expect(wal.removeOldSegments(first, first, wal.insertLsn()).added).to.equal(1);
      expect(wal.removeOldSegments(first, first, wal.insertLsn()).added).to.equal(0);
      expect(names(path)).to.deep.equal([1, 2]);
    });
  });

  it('that cannot be removed are reported, and the others go', async () => {
    await withDirectory((path) => {
      const os = openRealOs();
      const { wal } = startLog(smallContext(os, path, smallSettings({ wal_recycle: 'off' })));
      fill(wal, 3);
      const unlink = os.files.unlink.bind(os.files);
      os.files.unlink = (name) => {
        if (name.endsWith('1')) throw Object.assign(new Error('EIO: i/o error, unlink'), { code: 'EIO' });
        unlink(name);
      };
      const redo = wal.flushLsn();
      const { removed, problems } = wal.removeOldSegments(redo, redo, redo);
      expect(problems.map(({ message }) => message.replace(path, ''))).to.deep.equal([
        'could not remove file "/pg_wal/000000010000000000000001": Input/output error',
      ]);
      expect(removed).to.equal(2);
    });
  });
});
