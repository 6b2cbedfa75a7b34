import type { Heap } from '../heap/heap.js';
import type { HeapParts } from '../heap/heap-parts.js';

/** What vacuum works with. */
export interface VacuumParts extends HeapParts {
  readonly heap: Heap;
}
