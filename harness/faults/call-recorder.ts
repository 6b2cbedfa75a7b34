import { Header, ProcessWord } from '../trace/layout.js';
import type { TraceArea } from '../trace/trace-area.js';

/** Counts one process's calls and points in the trace area. Called on every I/O call: a handful of stores. */
export class CallRecorder {
  private readonly at: number;
  private readonly words: Int32Array;
  private readonly pointIndexes = new Map<string, number>();

  constructor(
    private readonly area: TraceArea,
    slot: number,
  ) {
    this.at = area.processAt(slot);
    this.words = area.words;
  }

  /** A call of that kind is about to be made; returns how many this process has now begun. */
  begin(kind: number): number {
    const { words, at } = this;
    words[at + ProcessWord.lastSequence] = Atomics.add(words, Header.sequence, 1) + 1;
    words[at + ProcessWord.lastCall] = kind + 1;
    words[at + ProcessWord.inCall] = 1;
    words[at + ProcessWord.counters + kind]++;
    return ++words[at + ProcessWord.calls];
  }

  end(): void {
    this.words[this.at + ProcessWord.inCall] = 0;
  }

  point(name: string): void {
    let index = this.pointIndexes.get(name);
    if (index === undefined) this.pointIndexes.set(name, (index = this.area.pointIndex(name)));
    if (index >= 0) this.words[this.at + ProcessWord.points + index]++;
  }

  processEnded(): void {
    this.words[this.at + ProcessWord.ended] = 1;
  }
}
