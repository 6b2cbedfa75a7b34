import type { Tid } from '../../../base/block.js';
import type { BTreeParts } from '../btree-parts.js';
import type { IndexFormat } from '../index-format.js';
import { EntrySorter } from './entry-sorter.js';
import { LevelWriter, type BuiltRoot } from './level-writer.js';
import { MergedRuns } from './merged-runs.js';
import { NewPages } from './new-pages.js';
import { currentTuple, type TupleStream } from './tuple-stream.js';
import { UniqueStream } from './unique-stream.js';

/** An entry for an index to be built. */
export interface BuildEntry {
  readonly values: readonly unknown[];
  readonly tid: Tid;
  /** Is the row there for new transactions? One that only older snapshots see is no duplicate of anything. */
  readonly isLive: boolean;
}

export interface BuildOptions {
  /** Memory for sorting, kB (maintenance_work_mem). */
  readonly memoryKb: number;
  /** The error to raise for two live rows with the same key in a unique index. */
  readonly duplicate: (values: unknown[]) => Error;
}

export interface BuildResult {
  readonly entries: number;
  /** How often memory was full. */
  readonly runsSpilled: number;
}

const KB = 1024;
/** Rows that are no longer live are few: their sort gets a small part of the memory. */
const DEAD_SHARE = 8;

/** Makes a new index of all of a table's rows at once (nbtsort.c): sorts them, and writes the tree from the bottom up. */
export class IndexBuild {
  private readonly live: EntrySorter;
  private readonly dead: EntrySorter;
  private entries = 0;
  private hasDead = false;

  constructor(
    private readonly parts: BTreeParts,
    private readonly format: IndexFormat,
    private readonly options: BuildOptions,
  ) {
    const bytes = options.memoryKb * KB;
    const deadBytes = Math.floor(bytes / DEAD_SHARE);
    const { relation } = format.index.file;
    this.live = new EntrySorter(parts.context, format, bytes - deadBytes, `${relation}.0`);
    this.dead = new EntrySorter(parts.context, format, deadBytes, `${relation}.1`);
  }

  /** Returns where the root is; undefined when there are no entries. The metapage is the caller's. */
  build(entries: Iterable<BuildEntry>): BuiltRoot | undefined {
    try {
      this.collect(entries);
      return this.entries === 0 ? undefined : this.write();
    } finally {
      this.live.close();
      this.dead.close();
    }
  }

  get result(): BuildResult {
    return { entries: this.entries, runsSpilled: this.live.runsSpilled + this.dead.runsSpilled };
  }

  private collect(entries: Iterable<BuildEntry>): void {
    for (const { values, tid, isLive } of entries) {
      if (isLive) this.live.add(values, tid);
      else this.dead.add(values, tid);
      if (!isLive) this.hasDead = true;
      this.entries++;
    }
  }

  private write(): BuiltRoot {
    const { format } = this;
    const pages = new NewPages(this.parts, format.index);
    const leaves = new LevelWriter(format, pages, 0);
    const stream = this.stream();
    while (stream.next()) leaves.add(currentTuple(stream));
    const root = leaves.finish();
    pages.finish();
    return root;
  }

  private stream(): TupleStream {
    const sorted = this.live.sorted();
    const live = this.format.index.isUnique ? new UniqueStream(this.format, sorted, this.options.duplicate) : sorted;
    return this.hasDead ? new MergedRuns(this.format, [live, this.dead.sorted()]) : live;
  }
}
