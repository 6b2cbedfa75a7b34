import type { Area, Arena } from '../memory/arena.js';

/**
 * A shared count of file removals. A process that sees it changed closes its cached descriptors: one of them may belong
 * to a removed file whose name is in use again.
 */
const GENERATION = 0;

export class FileGeneration {
  private readonly area: Area;
  private seen = 0;

  constructor(arena: Arena) {
    this.area = arena.area('relation-sizes');
  }

  /** To be called after files were removed and before their names may be reused. */
  filesRemoved(): void {
    Atomics.add(this.area.i32, GENERATION, 1);
  }

  /** True once for every change since the last call. */
  hasChanged(): boolean {
    const now = Atomics.load(this.area.i32, GENERATION);
    if (now === this.seen) return false;
    this.seen = now;
    return true;
  }
}
