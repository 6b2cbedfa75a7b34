import { expect } from 'chai';
import * as fs from 'node:fs';
import { dir, type DirectoryResult } from 'tmp-promise';
import type { Files } from '../../engine/os/os.js';
import { TraceArea } from '../trace/trace-area.js';
import { CallRecorder } from './call-recorder.js';
import { FaultTrigger } from './fault-trigger.js';
import { JumpingClock } from './jumping-clock.js';
import { callIndex, operationIndex } from './operations.js';
import { parseFault } from './parse.js';
import { TracedFiles } from './traced-files.js';

const PWRITE_WAL = callIndex(operationIndex('pwrite'), 0);

/** What the tests need of the machine's files. */
const plainFiles = {
  mkdir: (path) => void fs.mkdirSync(path),
  open: (path) => fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT),
  close: fs.closeSync,
  pread: (fd, target, offset, length, position) => fs.readSync(fd, target, offset, length, position),
  pwrite: (fd, source, offset, length, position) => void fs.writeSync(fd, source, offset, length, position),
} as Partial<Files> as Files;

/** Faults on calls of processes that live in this one. */
describe('I/O faults', () => {
  let directory: DirectoryResult;
  let area: TraceArea;
  beforeEach(async () => {
    directory = await dir({ unsafeCleanup: true });
    area = TraceArea.inMemory();
  });
  afterEach(() => directory.cleanup());

  function process(type = 'backend') {
    const slot = area.enter(type, 1000 + area.processCount, 0);
    const trigger = new FaultTrigger(area, type, slot, { pid: area.process(slot).pid });
    const files = new TracedFiles(plainFiles, new CallRecorder(area, slot), trigger);
    const clock = new JumpingClock({ now: () => 5_000_000, monotonic: () => 7 }, trigger);
    return { trigger, files, clock };
  }

  /** Writes pages of 100 bytes, each full of its own number from 1; returns what each call answered. */
  function write(files: TracedFiles, pages: number): { answers: string[]; bytes: Buffer } {
    const path = `${directory.path}/base/1`;
    files.mkdir(`${directory.path}/base`);
    const fd = files.open(path, 'create');
    const answers = Array.from({ length: pages }, (_, page) => {
      try {
        files.pwrite(fd, Buffer.alloc(150, page + 1), 50, 100, page * 100);
        return 'ok';
      } catch (thrown) {
        return (thrown as NodeJS.ErrnoException).code!;
      }
    });
    files.close(fd);
    return { answers, bytes: fs.readFileSync(path) };
  }

  function struck(fault: string): string {
    area.arm([parseFault(fault)]);
    return write(process().files, 8)
      .answers.map((answer) => (answer === 'ok' ? '.' : 'x'))
      .join('');
  }

  it('strike the named occasions, and are counted', () => {
    expect(struck('ENOSPC backend at pwrite(data) #3')).to.equal('..x.....');
    expect(area.statuses()[0]).to.include({ fired: true, firings: 1, matches: 3, pid: 1000 });
  });

  for (const [occasion, pattern, matches] of [
    ['#3+', '..xxxxxx', 8],
    ['#3..5', '..xxx...', 5],
  ] as const) {
    it(`strike ${occasion} and no others`, () => {
      expect(struck(`ENOSPC backend at pwrite(data) ${occasion}`)).to.equal(pattern);
      expect(area.statuses()[0]).to.include({ fired: true, firings: pattern.split('x').length - 1, matches });
    });
  }

  it('never struck are not called fired', () => {
    expect(struck('ENOSPC backend at pwrite(data) #9+')).to.equal('........');
    expect(area.statuses()[0]).to.include({ fired: false, firings: 0, matches: 8, sequence: 0 });
  });

  it('are drawn from the seed: alike again, different from another, as often as asked', () => {
    area.arm(['p=0.25/7', 'p=0.25/8'].map((chance) => parseFault(`EIO any at pwrite(wal) ${chance}`)));
    const { trigger } = process();
    const drawn = (): boolean[] =>
      Array.from({ length: 4000 }, () => trigger.beforeCall(PWRITE_WAL, 1).errorCode === 'EIO');
    drawn();
    const [seven, eight] = area.statuses();
    for (const { firings, matches } of [seven, eight]) {
      expect(matches).to.equal(4000);
      expect(firings).to.be.within(850, 1150);
    }
    expect(seven.firings).not.to.equal(eight.firings);
    area.arm([seven.fault]);
    const first = drawn();
    area.arm([seven.fault]);
    expect(drawn()).to.deep.equal(first);
  });

  it('short write: part of the bytes reach the file, and the disk is full', () => {
    area.arm([parseFault('short-write backend at pwrite(data) #2 40 bytes')]);
    const { answers, bytes } = write(process().files, 2);
    expect(answers).to.deep.equal(['ok', 'ENOSPC']);
    expect(bytes.length).to.equal(140);
    expect(bytes.subarray(100).every((byte) => byte === 2)).to.equal(true);
  });

  it('short write of more than the call has: still not all of it', () => {
    area.arm([parseFault('short-write backend at pwrite(data) #1 4096 bytes')]);
    expect(write(process().files, 1).bytes.length).to.equal(99);
  });

  it('short read: fewer bytes, once', () => {
    const { files } = process();
    write(files, 2);
    area.arm([parseFault('short-read backend at pread(data) #1 30 bytes')]);
    const fd = files.open(`${directory.path}/base/1`, 'read');
    const target = Buffer.alloc(200);
    expect(files.pread(fd, target, 0, 200, 0)).to.equal(30);
    expect(target.subarray(30).every((byte) => byte === 0)).to.equal(true);
    expect(files.pread(fd, target, 0, 200, 0)).to.equal(200);
    files.close(fd);
  });

  it('bit rot: one bit of the file differs, none of the memory it came from', () => {
    area.arm([parseFault(`rot backend at pwrite(data) #2 bit ${800 + 9}`)]);
    const { answers, bytes } = write(process().files, 3);
    expect(answers).to.deep.equal(['ok', 'ok', 'ok']);
    const expected = Buffer.concat([1, 2, 3].map((page) => Buffer.alloc(100, page)));
    expected[101] ^= 2;
    expect(bytes.equals(expected)).to.equal(true);
    const source = Buffer.alloc(8);
    area.arm([parseFault('rot backend at pwrite(data) #1 bit 3')]);
    const { files } = process();
    const fd = files.open(`${directory.path}/base/1`, 'read-write');
    files.pwrite(fd, source, 0, 8, 0);
    files.close(fd);
    expect(source.equals(Buffer.alloc(8))).to.equal(true);
  });

  it('a jump of the clock is seen by all that match, from then on, by no other, and never on the monotonic clock', () => {
    area.arm(['clock walwriter -3600 s at point done #2', 'clock any +1.5 s at point never #1'].map(parseFault));
    const [first, second, other] = [process('walwriter'), process('walwriter'), process('backend')];
    const times = (): number[] => [first, second, other].map(({ clock }) => clock.now());
    first.trigger.atPoint('done');
    expect(times()).to.deep.equal([5_000_000, 5_000_000, 5_000_000]);
    for (let again = 0; again < 3; again++) first.trigger.atPoint('done');
    expect(times()).to.deep.equal([1_400_000, 1_400_000, 5_000_000]);
    expect(first.clock.monotonic()).to.equal(7);
    expect(area.statuses().map(({ firings }) => firings)).to.deep.equal([1, 0]);
  });
});
