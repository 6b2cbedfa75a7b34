import { basename, dirname } from 'node:path';
import type { LoadedVolume } from '../disks/load-volume.js';
import { NodeNumbers } from './node-numbers.js';
import type { StorageAct, StorageEvent, SyncEvent } from './storage-event.js';
import { TraceArea, type ProcessTrace } from './trace-area.js';
import { readLog, type LogEntry } from './trace-log.js';

const SYNC_OF = { fsync: 'file', fdatasync: 'data', fsyncDirectory: 'directory' } as const satisfies Record<
  string,
  SyncEvent['of']
>;

/**
 * Everything on record beside the trace area at `trace`, in the order in which the calls began.
 *
 * `base` holds the files as they were before the first process started; its nodes keep their numbers, and what the
 * processes made gets the numbers behind them. Calls outside of that tree are left out. Without a base every call is
 * told, the numbers mean nothing beyond this trace, and paths are the real ones.
 *
 * Calls that failed are left out, since they did nothing, but for syncs, whose failure matters.
 */
export function readTrace(trace: string, base?: LoadedVolume): StorageEvent[] {
  const area = TraceArea.open(trace);
  try {
    const calls = area
      .processes()
      .flatMap((process) => [...readLog(trace, process.slot)].map((entry) => ({ entry, process: nameOf(process) })))
      .sort((a, b) => a.entry.start - b.entry.start);
    const translator = new Translator(base);
    return calls.flatMap(({ entry, process }) => {
      const act = translator.translate(entry);
      return act ? [{ ...act, start: entry.start, end: entry.end, process } as StorageEvent] : [];
    });
  } finally {
    area.close();
  }
}

function nameOf({ type, ordinal }: ProcessTrace): string {
  return ordinal === 0 ? type : `${type}#${ordinal}`;
}

/** Bound to fail, had it been made: what it names was not there. */
function isAboutNothing({ operation, node, directory }: LogEntry): boolean {
  return operation === 'create' || operation === 'mkdir' ? directory === 0 : node === 0;
}

class Translator {
  private readonly numbers: NodeNumbers;

  constructor(private readonly base: LoadedVolume | undefined) {
    this.numbers = new NodeNumbers(base?.nodes ?? new Map<number, number>(), base?.volume.nextNode ?? 0);
  }

  translate(entry: LogEntry): StorageAct | undefined {
    const { operation, errno } = entry;
    if (!this.isInside(entry) || isAboutNothing(entry)) return undefined;
    if (operation in SYNC_OF) return this.sync(entry, SYNC_OF[operation as keyof typeof SYNC_OF]);
    if (errno !== 0) return undefined;
    const path = this.pathOf(entry.path);
    switch (operation) {
      case 'create':
        return this.create(entry, 'file');
      case 'mkdir':
        return this.create(entry, 'directory');
      case 'pwrite':
        return { kind: 'write', path, node: this.node(entry), offset: entry.offset, data: entry.data };
      case 'ftruncate':
        return { kind: 'truncate', path, node: this.node(entry), bytes: entry.offset };
      case 'rmdir':
      case 'unlink':
        return { kind: 'remove', path, node: this.node(entry), ...this.place(entry) };
      case 'link':
        return { kind: 'link', path, node: this.newlyNamed(entry), ...this.place(entry) };
      case 'rename':
        return this.rename(entry);
      default:
        throw new Error(`trace: unknown operation ${String(operation)}`);
    }
  }

  private sync(entry: LogEntry, of: SyncEvent['of']): StorageAct {
    return { kind: 'sync', path: this.pathOf(entry.path), node: this.node(entry), of, failed: entry.errno !== 0 };
  }

  private create(entry: LogEntry, nodeKind: 'file' | 'directory'): StorageAct | undefined {
    const place = this.place(entry);
    const node = this.numbers.create(entry);
    return node === undefined ? undefined : { kind: 'create', path: this.pathOf(entry.path), node, nodeKind, ...place };
  }

  private rename(entry: LogEntry): StorageAct {
    return {
      kind: 'rename',
      path: this.pathOf(entry.path),
      fromPath: this.pathOf(entry.fromPath),
      node: this.newlyNamed(entry),
      fromDirectory: this.resolve(entry.fromDirectory, dirname(entry.fromPath), entry),
      fromName: basename(entry.fromPath),
      ...this.place(entry),
    };
  }

  private node(entry: LogEntry, path = entry.path): number {
    return this.resolve(entry.node, path, entry);
  }

  private newlyNamed(entry: LogEntry): number {
    const node = this.node(entry, entry.fromPath);
    this.numbers.named(entry.path);
    return node;
  }

  private place(entry: LogEntry): { directory: number; name: string } {
    const directory = this.resolve(entry.directory, dirname(entry.path), entry);
    return { directory, name: basename(entry.path) };
  }

  private resolve(inode: number, path: string, entry: LogEntry): number {
    const node = this.numbers.nodeOf(inode, path, entry);
    if (node !== undefined) return node;
    if (this.base) throw new Error(`trace: #${entry.start} is about ${path}, which nobody is on record to have made`);
    return this.numbers.adopt(inode);
  }

  private isInside({ path }: LogEntry): boolean {
    return !this.base || path === this.base.directory || path.startsWith(`${this.base.directory}/`);
  }

  private pathOf(path: string): string {
    return this.base ? this.base.prefix + path.slice(this.base.directory.length) : path;
  }
}
