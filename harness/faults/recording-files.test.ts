import { expect } from 'chai';
import * as fc from 'fast-check';
import { dirSync } from 'tmp-promise';
import type { Files } from '../../engine/os/os.js';
import type { LoadedVolume } from '../disks/load-volume.js';
import { MemoryFiles } from '../disks/memory-files.js';
import { Volume } from '../disks/volume.js';
import { replay, treeOf } from '../trace/testing/replay.js';
import { TraceArea } from '../trace/trace-area.js';
import { readTrace } from '../trace/trace-reader.js';
import { TraceWriter } from '../trace/trace-writer.js';
import type { StorageEvent } from '../trace/storage-event.js';
import { CallRecorder } from './call-recorder.js';
import { FaultTrigger } from './fault-trigger.js';
import { parseFault } from './parse.js';
import { RecordingFiles } from './recording-files.js';
import { TracedFiles } from './traced-files.js';

const directory = dirSync({ unsafeCleanup: true });
let traces = 0;

/** Files in memory, and what is on record of the calls made to them, with faults between the two. */
class Recording {
  readonly machine: MemoryFiles;
  readonly files: Files;
  private readonly base: LoadedVolume;
  private readonly trace = `${directory.name}/trace${++traces}`;
  private readonly area = TraceArea.create(this.trace);

  constructor(faults: readonly string[] = [], machineFails?: (files: Files) => Files) {
    const volume = Volume.empty();
    volume.setEntry(0, 'data', volume.addNode('directory'));
    this.base = { volume: volume.fork(), nodes: new Map([[1, 1]]), directory: '/data', prefix: '/data' };
    this.machine = new MemoryFiles(volume);
    this.area.arm(faults.map(parseFault));
    const slot = this.area.enter('backend', 7, 1);
    const recorder = new CallRecorder(this.area, slot);
    const trigger = new FaultTrigger(this.area, 'backend', slot);
    const writer = new TraceWriter(this.area, this.trace, slot, 4096);
    const machine = machineFails?.(this.machine) ?? this.machine;
    this.files = new RecordingFiles(machine, writer, (files) => new TracedFiles(files, recorder, trigger));
  }

  events(): StorageEvent[] {
    return readTrace(this.trace, this.base);
  }

  expectReplayed(): void {
    expect(treeOf(replay(this.base.volume, this.events()))).to.deep.equal(treeOf(this.machine.volume));
  }
}

const name = fc.constantFrom('a', 'b', 'dir/a', 'dir/b');
const directoryName = fc.constantFrom('dir', 'dir/dir');
const step = fc.oneof(
  fc.record({ do: fc.constant('write'), name, at: fc.nat(9000), bytes: fc.uint8Array({ maxLength: 5000 }) }),
  fc.record({ do: fc.constant('truncate'), name, at: fc.nat(9000) }),
  fc.record({ do: fc.constantFrom('unlink', 'sync'), name }),
  fc.record({ do: fc.constantFrom('mkdir', 'rmdir'), name: directoryName }),
  fc.record({ do: fc.constantFrom('rename', 'link'), name, to: name }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Makes the call; most of the mistaken ones fail, which is no news. */
function make(files: Files, { do: what, ...given }: Step): void {
  const { at = 0, bytes = new Uint8Array(0), to = '' } = given as { at?: number; bytes?: Uint8Array; to?: string };
  const path = `/data/${given.name}`;
  if (what === 'mkdir' || what === 'rmdir' || what === 'unlink') return files[what](path);
  if (what === 'rename' || what === 'link') return files[what](path, `/data/${to}`);
  const fd = files.open(path, what === 'sync' ? 'read' : 'create');
  try {
    if (what === 'write') files.pwrite(fd, bytes, 0, bytes.length, at);
    else if (what === 'truncate') files.ftruncate(fd, at);
    else files.fsync(fd);
  } finally {
    files.close(fd);
  }
}

describe('recording files', () => {
  after(() => directory.removeCallback());

  it('make a record that, replayed, gives the same files', () => {
    const replayed = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const recording = new Recording();
      for (const each of steps) {
        try {
          make(recording.files, each);
        } catch (thrown) {
          expect((thrown as { code?: string }).code).to.be.a('string');
        }
      }
      recording.expectReplayed();
    });
    // Cause: a rename between two names of one file was recorded, and replay took the first name away.
    const twoNames: Step[] = [
      { do: 'write', name: 'b', at: 0, bytes: new Uint8Array() },
      { do: 'link', name: 'b', to: 'a' },
      { do: 'rename', name: 'a', to: 'b' },
    ];
    fc.assert(replayed, { numRuns: 100, examples: [[twoNames]] });
  });

  it('record a failed sync as failed, and leave out what failed before it did anything', () => {
    const recording = new Recording(['EIO backend at fsync(other) #1', 'EIO backend at pwrite(other) #2']);
    const { files } = recording;
    const fd = files.open('/data/f', 'create');
    files.pwrite(fd, Buffer.from('kept'), 0, 4, 0);
    expect(() => files.pwrite(fd, Buffer.from('lost'), 0, 4, 0)).to.throw('EIO');
    expect(() => files.fsync(fd)).to.throw('EIO');
    files.fsync(fd);
    expect(() => files.unlink('/data/none')).to.throw('ENOENT');
    const told = recording.events().map((event) => (event.kind === 'sync' ? `sync ${event.failed}` : event.kind));
    expect(told).to.deep.equal(['create', 'write', 'sync true', 'sync false']);
    recording.expectReplayed();
  });

  it('record what is on disk when a fault cuts a write short or changes it', () => {
    const recording = new Recording([
      'short-write backend at pwrite(other) #1 3 bytes',
      'rot backend at pwrite(other) #2 bit 9',
    ]);
    const { files } = recording;
    const fd = files.open('/data/f', 'create');
    expect(() => files.pwrite(fd, Buffer.from('abcdef'), 0, 6, 0)).to.throw('ENOSPC');
    files.pwrite(fd, Buffer.from('ghi'), 0, 3, 6);
    const writes = recording.events().flatMap((event) => (event.kind === 'write' ? event.data.toString('latin1') : []));
    expect(writes).to.deep.equal(['abc', 'gji']);
    recording.expectReplayed();
  });

  it('leave a write without an end when the machine failed to make it: part of it may be there', () => {
    const fails: Files['pwrite'] = () => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    };
    const recording = new Recording([], (files) => Object.assign(Object.create(files) as Files, { pwrite: fails }));
    const fd = recording.files.open('/data/f', 'create');
    expect(() => recording.files.pwrite(fd, Buffer.from('abc'), 0, 3, 0)).to.throw('ENOSPC');
    recording.files.fsync(fd);
    expect(recording.events().map(({ kind, end }) => [kind, end === Infinity])).to.deep.equal([
      ['create', false],
      ['write', true],
      ['sync', false],
    ]);
  });

  it('write the recorded copy, whatever others do to the buffer meanwhile', () => {
    const shared = Buffer.from('before');
    const disturbs = (files: Files): Files => {
      const pwrite: Files['pwrite'] = (...call) => {
        shared.write('AFTER!');
        files.pwrite(...call);
      };
      return Object.assign(Object.create(files) as Files, { pwrite });
    };
    const recording = new Recording([], disturbs);
    const fd = recording.files.open('/data/f', 'create');
    recording.files.pwrite(fd, shared, 0, 6, 0);
    expect(recording.machine.volume.contents(2).toString()).to.equal('before');
    recording.expectReplayed();
  });
});
