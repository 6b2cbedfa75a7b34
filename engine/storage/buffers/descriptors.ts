import { BLOCK_BYTES, type BlockNumber, type Fork, type Oid, type RelFile } from '../../base/block.js';
import type { Area, Arena } from '../../memory/arena.js';
import { BufferFlag, REFCOUNT_MASK } from './buffer-state.js';

/** A shared buffer's number, from 0. */
export type BufferId = number;

export interface BufferTag {
  readonly file: RelFile;
  readonly fork: Fork;
  readonly block: BlockNumber;
}

/** Words of a descriptor. `next` chains the buffers of one hash bucket: buffer number + 1, 0 at the end. */
export const Word = { state: 0, tablespace: 1, database: 2, relation: 3, fork: 4, block: 5, next: 6 } as const;
/** Words of the area's header. */
export const HeaderWord = { nextVictim: 0, completePasses: 1, allocations: 2 } as const;
/** Index in the header of the first shared statistics counter, counted in 8-byte words. */
export const STATISTICS_AT = 16;

const HEADER_WORDS = 1024;
const WORDS = 16;
const SPINS_BEFORE_SLEEP = 200;
const SPIN_SLEEP_MS = 1;

/** The shared buffer descriptors, and the pages they describe. */
export class Descriptors {
  readonly area: Area;
  readonly count: number;
  /** The area's words, read by position on the hot paths. */
  readonly words: Int32Array;
  private readonly views: Buffer[] = [];
  private readonly pages: Area;

  constructor(private readonly arena: Arena) {
    this.area = arena.area('buffer-descriptors');
    this.pages = arena.area('buffer-pages');
    this.words = this.area.i32;
    this.count = arena.sizes.buffers;
  }

  /** Index of the descriptor's first word, its state. */
  at(id: BufferId): number {
    return HEADER_WORDS + id * WORDS;
  }

  /** The page's 8 KiB in shared memory; always the same Buffer for a buffer. */
  page(id: BufferId): Buffer {
    return (this.views[id] ??= this.pages.bytes.subarray(id * BLOCK_BYTES, (id + 1) * BLOCK_BYTES));
  }

  state(id: BufferId): number {
    return Atomics.load(this.words, this.at(id));
  }

  /** Takes the header spinlock; returns the state with the `locked` bit set. */
  lockHeader(id: BufferId): number {
    const at = this.at(id);
    for (let spins = 0; ; spins++) {
      const before = Atomics.or(this.words, at, BufferFlag.locked);
      if ((before & BufferFlag.locked) === 0) return before | BufferFlag.locked;
      this.spinDelay(id, spins, before);
    }
  }

  /** Stores a new state and lets the spinlock go. */
  unlockHeader(id: BufferId, state: number): void {
    Atomics.store(this.words, this.at(id), state & ~BufferFlag.locked);
  }

  /** Between two looks at a state that another process is about to change: gives the processor away after a while. */
  spinDelay(id: BufferId, spins: number, state: number): void {
    if (spins >= SPINS_BEFORE_SLEEP) this.arena.wait(this.area, this.at(id), state, SPIN_SLEEP_MS);
  }

  refcount(id: BufferId): number {
    return this.state(id) & REFCOUNT_MASK;
  }

  tag(id: BufferId): BufferTag {
    const at = this.at(id);
    const { u32 } = this.area;
    return {
      file: {
        tablespace: u32[at + Word.tablespace],
        database: u32[at + Word.database],
        relation: u32[at + Word.relation],
      },
      fork: u32[at + Word.fork] as Fork,
      block: u32[at + Word.block] as BlockNumber,
    };
  }

  setTag(id: BufferId, file: RelFile, fork: Fork, block: BlockNumber): void {
    const at = this.at(id);
    const { u32 } = this.area;
    u32[at + Word.tablespace] = file.tablespace;
    u32[at + Word.database] = file.database;
    u32[at + Word.relation] = file.relation;
    u32[at + Word.fork] = fork;
    u32[at + Word.block] = block;
  }

  /** Only a hint unless the buffer is pinned or its header locked. */
  hasTag(id: BufferId, file: RelFile, fork: Fork, block: BlockNumber): boolean {
    const at = this.at(id);
    const { u32 } = this.area;
    return (
      Atomics.load(u32, at + Word.block) === block &&
      u32[at + Word.relation] === file.relation &&
      u32[at + Word.database] === file.database &&
      u32[at + Word.fork] === fork &&
      u32[at + Word.tablespace] === file.tablespace
    );
  }

  hasRelation(id: BufferId, file: RelFile): boolean {
    const at = this.at(id);
    const { u32 } = this.area;
    return (
      u32[at + Word.relation] === file.relation &&
      u32[at + Word.database] === file.database &&
      u32[at + Word.tablespace] === file.tablespace
    );
  }

  /** Only a hint, like `hasTag`; 0 for shared relations, and where there is no page. */
  databaseOf(id: BufferId): Oid {
    return this.area.u32[this.at(id) + Word.database];
  }
}
