import fc from 'fast-check';
import type { StorageAct } from '../../trace/storage-event.js';
import { ROOT, type NodeId } from '../volume.js';
import { HandMadeTrace } from './hand-made-trace.js';

interface Step {
  readonly kind:
    'write' | 'truncate' | 'create' | 'rename' | 'replace' | 'remove' | 'sync' | 'failed-sync' | 'sync-names';
  /** Which of the files, and of the directories. */
  readonly which: number;
  readonly offset: number;
  readonly bytes: number;
  /** How many of the next calls begin before this one ends; only data may take long. */
  readonly lasts: number;
}

const stepOf = (kinds: readonly Step['kind'][], most: number): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    which: fc.nat({ max: most }),
    offset: fc.constantFrom(0, 0, 100, 512, 4096, 4500, 8192, 16_384),
    bytes: fc.constantFrom(1, 50, 512, 1000, 4096, 8192, 9000),
    lasts: fc.constantFrom(0, 0, 0, 1, 3, 100),
  });

const WRITES = ['write', 'write', 'write', 'sync', 'failed-sync'] as const;
const ALL = [...WRITES, 'write', 'truncate', 'create', 'rename', 'replace', 'remove', 'sync-names'] as const;

interface Named {
  readonly node: NodeId;
  readonly directory: NodeId;
  readonly name: string;
}

/** Traces of a few files in two directories, whose changes overlap in time and in place. */
export const anyTrace: fc.Arbitrary<HandMadeTrace> = fc
  .array(stepOf(ALL, 11), { minLength: 4, maxLength: 24, size: 'max' })
  .map((steps) => new TraceBuilder().build(steps));

/** The same, but that two files are only written and synced. */
export const anyTraceOfWrites: fc.Arbitrary<HandMadeTrace> = fc
  .array(stepOf(WRITES, 1), { minLength: 2, maxLength: 16, size: 'max' })
  .map((steps) => new TraceBuilder().build(steps));

class TraceBuilder {
  private readonly trace = new HandMadeTrace();
  private readonly directories = [ROOT, this.trace.safeDirectory('d')];
  private readonly files: Named[] = [];
  private readonly open: { until: number; end: () => void }[] = [];
  private at = 0;

  build(steps: readonly Step[]): HandMadeTrace {
    this.add(this.trace.safeFile('a', Buffer.alloc(6000, 0xaa)), ROOT, 'a');
    this.add(this.trace.safeFile('b', Buffer.alloc(12_288, 0xbb), this.directories[1]), this.directories[1], 'b');
    for (const each of steps) {
      this.at++;
      this.carryOut(each);
      for (const { until, end } of this.open.splice(0)) {
        if (until <= this.at) end();
        else this.open.push({ until, end });
      }
    }
    return this.trace;
  }

  private add(node: NodeId, directory: NodeId, name: string): void {
    this.files.push({ node, directory, name });
  }

  private carryOut({ kind, which, offset, bytes, lasts }: Step): void {
    const { trace } = this;
    const directory = this.directories[which % 2];
    const file = this.files[which % this.files.length];
    const name = `f${this.at}`;
    if (kind === 'create') return this.add(trace.create(name, directory).node, directory, name);
    if (kind === 'sync-names') return void trace.sync(directory, 'directory');
    if (!file) return;
    const { node } = file;
    if (kind === 'write') return this.long({ kind, node, offset, data: Buffer.alloc(bytes, this.at), path: '' }, lasts);
    if (kind === 'truncate') return this.long({ kind, node, bytes: offset + (which % 3), path: '' }, lasts);
    if (kind === 'sync') return void trace.sync(node, which % 2 ? 'file' : 'data');
    if (kind === 'failed-sync') return void trace.sync(node, 'file', true);
    this.files.splice(this.files.indexOf(file), 1);
    if (kind === 'remove') return void trace.remove(node, file.name, file.directory);
    const target = kind === 'replace' ? this.files.pop() : undefined;
    const to = target ?? { directory, name };
    trace.rename(node, file.name, to.name, file.directory, to.directory);
    this.add(node, to.directory, to.name);
  }

  private long(act: StorageAct, lasts: number): void {
    this.open.push({ until: this.at + lasts, end: this.trace.begin(act) });
  }
}
