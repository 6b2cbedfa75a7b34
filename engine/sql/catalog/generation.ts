import type { EngineContext } from '../../memory/context.js';

const GENERATION_WORD = 0;

/**
 * A counter shared by all processes that moves whenever a transaction that changed a catalog has committed: after its
 * changes can be seen and before its locks are released. Whoever got a lock since and finds the counter where it was has
 * a true picture of the table.
 */
export class CatalogGeneration {
  private readonly words: Int32Array;

  constructor(context: EngineContext) {
    this.words = context.memory.arena.area('catalog-changes').i32;
  }

  current(): number {
    return Atomics.load(this.words, GENERATION_WORD);
  }

  advance(): void {
    Atomics.add(this.words, GENERATION_WORD, 1);
  }
}
