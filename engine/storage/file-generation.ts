import type { Area, Arena } from '../memory/arena.js';

/**
 * A shared count of file removals and truncations. A process that sees it changed closes its cached descriptors, for one
 * of them may belong to a removed file whose name is in use again, and forgets what it knew of relations' ends.
 */
const GENERATION = 0;

export class FileGeneration {
  private readonly area: Area;
  private seen = 0;

  constructor(arena: Arena) {
    this.area = arena.area('relation-sizes');
  }

  get current(): number {
    return Atomics.load(this.area.i32, GENERATION);
  }

  /** To be called after files were removed or cut, and before their names may be reused or their pages be asked for. */
  filesChanged(): void {
    Atomics.add(this.area.i32, GENERATION, 1);
  }

  /** True once for every change since the last call. */
  hasChanged(): boolean {
    const now = this.current;
    if (now === this.seen) return false;
    this.seen = now;
    return true;
  }
}
