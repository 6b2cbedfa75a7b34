import type { Tid } from '../../../base/block.js';
import type { EngineContext } from '../../../memory/context.js';
import type { IndexFormat } from '../index-format.js';
import { MemoryRun } from './memory-run.js';
import { MergedRuns } from './merged-runs.js';
import { SpillFile } from './spill-file.js';
import type { TupleStream } from './tuple-stream.js';

/**
 * Sorts any number of entries in bounded memory (utils/sort/tuplesort.c): as many as fit are sorted, and written out as a
 * run when more come; in the end the runs are merged.
 */
export class EntrySorter {
  private readonly run: MemoryRun;
  private readonly spill: SpillFile;
  private readonly spilled: TupleStream[] = [];

  constructor(
    context: EngineContext,
    private readonly format: IndexFormat,
    maxBytes: number,
    name: string,
  ) {
    this.run = new MemoryRun(format, maxBytes);
    this.spill = new SpillFile(context, name);
  }

  add(values: readonly unknown[], tid: Tid): void {
    if (this.run.add(values, tid)) return;
    this.run.sort();
    this.spilled.push(this.spill.write(this.run));
    this.run.clear();
    this.run.add(values, tid);
  }

  /** All entries in order, once. */
  sorted(): TupleStream {
    this.run.sort();
    return this.spilled.length === 0 ? this.run : new MergedRuns(this.format, [...this.spilled, this.run]);
  }

  get runsSpilled(): number {
    return this.spilled.length;
  }

  close(): void {
    this.spill.close();
  }
}
