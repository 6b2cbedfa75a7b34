import type { IndexFormat } from '../index-format.js';
import { compareTids } from '../index-tuple.js';
import type { TupleStream } from './tuple-stream.js';

const NOTHING = Buffer.alloc(0);

/** Several streams in order as one: a heap with the least entry's stream on top. */
export class MergedRuns implements TupleStream {
  bytes: Buffer = NOTHING;
  at = 0;
  private readonly heap: TupleStream[] = [];
  private hasStarted = false;

  constructor(
    private readonly format: IndexFormat,
    private readonly runs: readonly TupleStream[],
  ) {}

  next(): boolean {
    if (this.hasStarted) this.advance();
    else this.start();
    if (this.heap.length === 0) return false;
    ({ bytes: this.bytes, at: this.at } = this.heap[0]);
    return true;
  }

  private start(): void {
    this.hasStarted = true;
    for (const run of this.runs) if (run.next()) this.heap.push(run);
    for (let i = (this.heap.length >>> 1) - 1; i >= 0; i--) this.siftDown(i);
  }

  private advance(): void {
    const { heap } = this;
    if (heap.length === 0) return;
    if (!heap[0].next()) {
      const last = heap.pop()!;
      if (heap.length === 0) return;
      heap[0] = last;
    }
    this.siftDown(0);
  }

  private siftDown(start: number): void {
    const { heap } = this;
    for (let parent = start; ;) {
      let least = parent;
      const left = 2 * parent + 1;
      if (left < heap.length && this.isBefore(heap[left], heap[least])) least = left;
      if (left + 1 < heap.length && this.isBefore(heap[left + 1], heap[least])) least = left + 1;
      if (least === parent) return;
      [heap[parent], heap[least]] = [heap[least], heap[parent]];
      parent = least;
    }
  }

  private isBefore(a: TupleStream, b: TupleStream): boolean {
    return (this.format.compareKeys(a.bytes, a.at, b.bytes, b.at) || compareTids(a.bytes, a.at, b.bytes, b.at)) < 0;
  }
}
