import { expect } from 'chai';
import { PgError } from '../base/errors.js';
import type { Lsn } from '../base/lsn.js';
import type { EngineContext } from '../memory/context.js';
import { openRealOs } from '../os/real-os.js';
import {
  noop,
  openReader,
  readAll,
  smallContext,
  smallSettings,
  startLog,
  withDirectory,
} from './testing/small-log.js';
import type { Wal } from './wal.js';

interface Watched {
  readonly context: EngineContext;
  readonly wal: Wal;
  readonly first: Lsn;
  /** `pwrite` and `fdatasync` calls since the log was opened. */
  readonly calls: string[];
  /** Thrown by the next call of that name. */
  readonly failing: Map<string, string>;
}

function watchLog(directory: string, settings: Record<string, string> = {}): Watched {
  const os = openRealOs();
  const calls: string[] = [];
  const failing = new Map<string, string>();
  const context = smallContext(os, directory, smallSettings({ wal_buffers: '64', ...settings }));
  const { wal, first } = startLog(context);
  for (const name of ['pwrite', 'fdatasync'] as const) {
    const real = os.files[name].bind(os.files) as (...args: unknown[]) => void;
    os.files[name] = (...args: unknown[]) => {
      calls.push(name);
      const code = failing.get(name);
      if (code !== undefined) throw Object.assign(new Error(`${code}: injected failure, ${name}`), { code });
      real(...args);
    };
  }
  return { context, wal, first, calls, failing };
}

describe('Flushing the log', () => {
  it('writes and syncs once for all records before the one asked for', async () => {
    await withDirectory((path) => {
      const { wal, calls } = watchLog(path);
      const ends = [1, 2, 3].map((n) => wal.insert(noop(Buffer.alloc(n))));
      expect(wal.needsFlush(ends[0])).to.equal(true);
      wal.flush(ends[2]);
      expect(wal.needsFlush(ends[2])).to.equal(false);
      wal.flush(ends[0]);
      wal.flush(ends[1]);
      expect(calls).to.deep.equal(['pwrite', 'fdatasync']);
      expect(wal.flushLsn()).to.equal(ends[2]);
    });
  });

  it('refuses a position that the log has not reached', async () => {
    await withDirectory((path) => {
      const { wal } = watchLog(path);
      expect(() => wal.flush((wal.insertLsn() + 8000) as Lsn))
        .to.throw(PgError, 'flush request 0/')
        .with.property('severity', 'ERROR');
    });
  });

  for (const [call, code, state, told] of [
    ['pwrite', 'ENOSPC', '53100', /^could not write to log file .*: No space left on device$/],
    ['pwrite', 'EIO', '58030', /^could not write to log file .*: Input\/output error$/],
    ['fdatasync', 'EIO', '58030', /^could not fsync file .*: Input\/output error$/],
  ] as const) {
    it(`panics when ${call} fails with ${code}, and believes nothing flushed`, async () => {
      await withDirectory((path) => {
        const { wal, failing } = watchLog(path);
        const before = wal.flushLsn();
        const end = wal.insert(noop(Buffer.alloc(10)));
        failing.set(call, code);
        expect(() => wal.flush(end))
          .to.throw(PgError, told)
          .with.include({ severity: 'PANIC', sqlState: state });
        expect(wal.flushLsn()).to.equal(before);
      });
    });
  }

  it('panics when a full ring cannot be written during an insert', async () => {
    await withDirectory((path) => {
      const { wal, failing } = watchLog(path, { wal_buffers: '4' });
      failing.set('pwrite', 'EIO');
      expect(() => wal.insert(noop(Buffer.alloc(50_000))))
        .to.throw(PgError)
        .with.property('severity', 'PANIC');
    });
  });

  it('does without fdatasync when fsync is off', async () => {
    await withDirectory((path) => {
      const { wal, calls } = watchLog(path, { fsync: 'off' });
      const end = wal.insert(noop(Buffer.alloc(1)));
      wal.flush(end);
      expect(calls).to.deep.equal(['pwrite']);
      expect(wal.flushLsn()).to.equal(end);
    });
  });

  it('names its moments in order', async () => {
    await withDirectory((path) => {
      const { context, wal } = watchLog(path);
      const moments: string[] = [];
      context.os.reach = (point) => moments.push(point);
      wal.flush(wal.insert(noop(Buffer.alloc(1))));
      expect(moments).to.deep.equal(['wal:inserted', 'wal:before-write', 'wal:after-write', 'wal:after-flush']);
    });
  });
});

describe('Flushing in the background', () => {
  it('writes full pages, and leaves a partial one that no commit needs', async () => {
    await withDirectory((path) => {
      const { wal } = watchLog(path);
      expect(wal.backgroundFlush()).to.equal(false);
      wal.insert(noop(Buffer.alloc(10)));
      expect(wal.backgroundFlush()).to.equal(false);
      for (let i = 0; i < 30; i++) wal.insert(noop(Buffer.alloc(1000)));
      expect(wal.backgroundFlush()).to.equal(true);
      expect(wal.flushLsn()).to.equal(wal.insertLsn() - (wal.insertLsn() % 8192));
      expect(wal.backgroundFlush()).to.equal(false);
    });
  });

  it('makes asynchronous commits durable, and is woken for them when it sleeps', async () => {
    await withDirectory((path) => {
      const { wal, first, context } = watchLog(path, { wal_writer_flush_after: '0' });
      let woken = 0;
      wal.onAsyncCommit = () => woken++;
      const end = wal.insert(noop(Buffer.alloc(10)));
      wal.setAsyncCommit(end);
      expect(woken).to.equal(0);
      wal.setWriterSleeping(true);
      wal.setAsyncCommit(end);
      expect(woken).to.equal(1);
      wal.insert(noop(Buffer.alloc(10)));
      expect(wal.backgroundFlush()).to.equal(true);
      expect(wal.flushLsn()).to.be.at.least(end);
      expect(readAll(openReader(context), first).records.length).to.be.at.least(2);
    });
  });

  it('delays syncing what it has written, but not for longer than wal_writer_delay', async () => {
    await withDirectory((path) => {
      const { wal, context, calls } = watchLog(path);
      let now = 1000;
      context.os.clock.monotonic = () => now;
      const commit = (): void => wal.setAsyncCommit(wal.insert(noop(Buffer.alloc(10))));
      commit();
      wal.backgroundFlush();
      now += 10;
      commit();
      wal.backgroundFlush();
      expect(calls).to.deep.equal(['pwrite', 'fdatasync', 'pwrite']);
      now += 200;
      expect(wal.backgroundFlush()).to.equal(true);
      expect(calls.slice(3)).to.deep.equal(['fdatasync']);
      expect(wal.backgroundFlush()).to.equal(false);
    });
  });
});
