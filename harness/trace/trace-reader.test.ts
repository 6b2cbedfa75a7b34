import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dir, type DirectoryResult } from 'tmp-promise';
import { loadVolume, type LoadedVolume } from '../disks/load-volume.js';
import { Volume } from '../disks/volume.js';
import { parseFault } from '../faults/parse.js';
import { ProcessWord } from './layout.js';
import type { StorageEvent } from './storage-event.js';
import { TraceArea } from './trace-area.js';
import { readTrace } from './trace-reader.js';
import { TraceWriter, type RecordedCall } from './trace-writer.js';

const library = new URL('../faults/preload-library.js', import.meta.url).href;
const realOs = new URL('../../engine/os/real-os.js', import.meta.url).href;

/** Appends to a file, syncing now and then, until it is killed; makes more calls than one chunk holds. */
const SCRIPT = (directory: string): string => `
import { openRealOs } from '${realOs}';
import { install } from '${library}';
const os = openRealOs();
install({ os, processType: 'checkpointer' });
const fd = os.files.open('${directory}/f', 'create');
console.log('begun');
for (let page = 0; ; page++) {
  os.files.pwrite(fd, Buffer.alloc(8192, page), 0, 8192, page * 8192);
  if (page % 100 === 99) os.files.fdatasync(fd);
  if (page % 1000 === 999) console.log('1000 pages');
}
`;

const DATA_INODE = 100;
const OLD_INODE = 101;
type Given = Omit<RecordedCall, 'path' | 'fromPath'> & { path: string; fromPath?: string };

describe('trace reader', () => {
  let directory: DirectoryResult;
  let trace: string;
  let area: TraceArea;
  let base: LoadedVolume;
  beforeEach(async () => {
    directory = await dir({ unsafeCleanup: true });
    trace = `${directory.path}/trace`;
    area = TraceArea.create(trace);
    const volume = Volume.empty();
    volume.setEntry(0, 'data', volume.addNode('directory'));
    volume.setEntry(1, 'old', volume.addNode('file'));
    const nodes = new Map([
      [DATA_INODE, 1],
      [OLD_INODE, 2],
    ]);
    base = { volume, nodes, directory: '/tmp/real', prefix: '/data' };
  });
  afterEach(async () => {
    area.close();
    await directory.cleanup();
  });

  /** A process that makes calls by hand: `begin`, and later what ends it. */
  function enter(type: string): (call: Given) => (errno?: number, node?: number) => void {
    const writer = new TraceWriter(area, trace, area.enter(type, process.pid, 1));
    return ({ path, fromPath = '', ...call }) => {
      const real = (path: string): Buffer => Buffer.from(path && `/tmp/real/${path}`);
      writer.begin({ directory: DATA_INODE, ...call, path: real(path), fromPath: real(fromPath) });
      return (errno = 0, node = 0) => writer.end(errno, node);
    };
  }

  function told(events = readTrace(trace, base)): string[] {
    return events.map(
      ({ process, kind, node, path, start, end }) => `#${start}-${end} ${process} ${kind} ${node} ${path}`,
    );
  }

  it('puts the calls of all processes in the order in which they began', () => {
    const [one, other] = [enter('backend'), enter('backend')];
    area.words[area.processAt(1) + ProcessWord.ordinal] = 3;
    const longWrite = one({ operation: 'pwrite', path: 'old', node: OLD_INODE, data: Buffer.from('abc'), offset: 8 });
    other({ operation: 'fdatasync', path: 'old', node: OLD_INODE })();
    longWrite();
    other({ operation: 'ftruncate', path: 'old', node: OLD_INODE, offset: 5 })();
    const events = readTrace(trace, base);
    expect(told(events)).to.deep.equal([
      '#1-4 backend write 2 /data/old',
      '#2-3 backend#3 sync 2 /data/old',
      '#5-6 backend#3 truncate 2 /data/old',
    ]);
    expect(events[0]).to.deep.include({ offset: 8, data: Buffer.from('abc') });
    expect(events[1]).to.deep.include({ of: 'data', failed: false });
    expect(events[2]).to.deep.include({ bytes: 5 });
  });

  it('gives a file that got the inode number of a removed one a number of its own', () => {
    const call = enter('backend');
    call({ operation: 'unlink', path: 'old', node: OLD_INODE })();
    call({ operation: 'create', path: 'new' })(0, OLD_INODE);
    call({ operation: 'pwrite', path: 'new', node: OLD_INODE })();
    call({ operation: 'rename', path: 'renamed', fromPath: 'new', node: OLD_INODE, fromDirectory: DATA_INODE })();
    expect(told()).to.deep.equal([
      '#1-2 backend remove 2 /data/old',
      '#3-4 backend create 3 /data/new',
      '#5-6 backend write 3 /data/new',
      '#7-8 backend rename 3 /data/renamed',
    ]);
  });

  it('knows which of the two a number meant while the new file was being made', () => {
    const [one, other] = [enter('startup'), enter('backend')];
    const creation = one({ operation: 'create', path: 'new' });
    other({ operation: 'unlink', path: 'old', node: OLD_INODE })();
    creation(0, OLD_INODE);
    expect(told()).to.deep.equal(['#1-4 startup create 3 /data/new', '#2-3 backend remove 2 /data/old']);
  });

  it('tells of one creation when two processes made the same file at once', () => {
    const [one, other] = [enter('startup'), enter('backend')];
    const first = one({ operation: 'create', path: 'new' });
    other({ operation: 'create', path: 'new' })(0, 200);
    first(0, 200);
    one({ operation: 'pwrite', path: 'new', node: 200 })();
    expect(told()).to.deep.equal(['#1-4 startup create 3 /data/new', '#5-6 startup write 3 /data/new']);
  });

  it('follows a file whose maker was killed before it could tell the inode number', () => {
    enter('backend')({ operation: 'create', path: 'new' });
    enter('startup')({ operation: 'unlink', path: 'new', node: 200 })();
    expect(told()).to.deep.equal(['#1-Infinity backend create 3 /data/new', '#2-3 startup remove 3 /data/new']);
  });

  it('leaves out what failed but for syncs, and what is not below the base', () => {
    const call = enter('backend');
    call({ operation: 'create', path: 'new' })(13);
    call({ operation: 'unlink', path: 'none', node: 0 });
    call({ operation: 'pwrite', path: '', node: 999 })();
    call({ operation: 'fsync', path: 'old', node: OLD_INODE })(5);
    const events = readTrace(trace, base);
    expect(told(events)).to.deep.equal(['#6-7 backend sync 2 /data/old']);
    expect(events[0]).to.include({ failed: true });
  });

  it('refuses what nobody is on record to have made', () => {
    enter('backend')({ operation: 'pwrite', path: 'unheard-of', node: 999 })();
    expect(() => readTrace(trace, base)).to.throw('/tmp/real/unheard-of');
    expect(told(readTrace(trace))).to.deep.equal(['#1-2 backend write 0 /tmp/real/unheard-of']);
  });

  describe('of a process that was killed', () => {
    function run(): { done: Promise<void>; begun: Promise<void>; kill(): void } {
      const env = { ...process.env, CRASHWRIGHT_TRACE: trace, CRASHWRIGHT_RECORD: '1' };
      const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT(`${directory.path}/data`)], { env });
      const begun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      const done = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      return { begun, done, kill: () => child.kill('SIGKILL') };
    }

    function expectWhole(events: readonly StorageEvent[], loaded: LoadedVolume): void {
      const pages = events.filter((event) => event.kind === 'write');
      expect(pages.map(({ offset }) => offset / 8192)).to.deep.equal(pages.map((_, page) => page));
      const file = readFileSync(`${loaded.directory}/f`);
      const ended = pages.filter(({ end }) => end !== Infinity);
      expect(file.length).to.be.within(ended.length * 8192, pages.length * 8192);
      for (const { offset, data } of ended) expect(file.subarray(offset, offset + 8192).equals(data)).to.equal(true);
    }

    let loaded: LoadedVolume;
    beforeEach(() => {
      mkdirSync(`${directory.path}/data`);
      loaded = loadVolume(`${directory.path}/data`, '/data');
    });

    it('has all its calls, the last one without an end', async () => {
      area.arm([parseFault('kill checkpointer at fdatasync(other) #8')]);
      await run().done;
      const events = readTrace(trace, loaded);
      expect(events.length).to.equal(1 + 800 + 8);
      expect(events.filter(({ end }) => end === Infinity)).to.have.length(1);
      expect(events.at(-1)).to.include({ kind: 'sync', end: Infinity, process: 'checkpointer' });
      expectWhole(events, loaded);
    });

    it('has what was written of a torn write', async () => {
      area.arm([parseFault('kill checkpointer at pwrite(other) #700 torn 5000')]);
      await run().done;
      const last = readTrace(trace, loaded).at(-1)!;
      expect(last).to.include({ kind: 'write', end: Infinity });
      expect(readFileSync(`${loaded.directory}/f`).length).to.equal(699 * 8192 + 5000);
    });

    it('has all its calls whenever it was killed', async () => {
      const child = run();
      await child.begun;
      await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill();
      await child.done;
      const events = readTrace(trace, loaded);
      const inFlight = events.filter(({ end }) => end === Infinity);
      expect(inFlight.length).to.be.at.most(1);
      if (inFlight.length > 0) expect(events.at(-1)).to.equal(inFlight[0]);
      expectWhole(events, loaded);
    });
  });
});
