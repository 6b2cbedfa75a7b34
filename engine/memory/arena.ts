import { BLOCK_BYTES } from '../base/block.js';
import type { SharedMemory } from '../os/os.js';
import { areaTable, type AreaName, type MemorySizes } from './area-table.js';

/** One area, seen as words, doubles and bytes over the same memory. */
export interface Area {
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  /** LSNs, full transaction ids and times: aligned 8-byte loads and stores do not tear on x86-64 and arm64. */
  readonly f64: Float64Array;
  readonly bytes: Buffer;
  /** Where the area begins in the mapping, for futexes: word `n` is at `offset + 4 * n`. */
  readonly offset: number;
}

function layOut(sizes: MemorySizes): { offsets: Map<AreaName, { offset: number; bytes: number }>; total: number } {
  const offsets = new Map<AreaName, { offset: number; bytes: number }>();
  let total = 0;
  for (const [name, definition] of Object.entries(areaTable)) {
    const bytes = Math.ceil(definition.bytes(sizes) / BLOCK_BYTES) * BLOCK_BYTES;
    offsets.set(name as AreaName, { offset: total, bytes });
    total += bytes;
  }
  return { offsets, total };
}

/** Bytes of shared memory a cluster of these sizes needs. */
export function arenaBytes(sizes: MemorySizes): number {
  return layOut(sizes).total;
}

/** The areas of one mapping. Every process of a cluster computes the same layout from the same sizes. */
export class Arena {
  private readonly areas = new Map<AreaName, Area>();

  constructor(
    readonly memory: SharedMemory,
    readonly sizes: MemorySizes,
  ) {
    for (const [name, { offset, bytes }] of layOut(sizes).offsets) {
      const { buffer } = memory;
      this.areas.set(name, {
        i32: new Int32Array(buffer, offset, bytes / 4),
        u32: new Uint32Array(buffer, offset, bytes / 4),
        f64: new Float64Array(buffer, offset, bytes / 8),
        bytes: Buffer.from(buffer, offset, bytes),
        offset,
      });
    }
  }

  area(name: AreaName): Area {
    return this.areas.get(name)!;
  }

  /** Sleeps while the area's 32-bit word `index` equals `expected`. */
  wait(area: Area, index: number, expected: number, timeoutMs = Infinity): 'woken' | 'timeout' {
    return this.memory.wait(area.offset + 4 * index, expected, timeoutMs);
  }

  wake(area: Area, index: number, count: number): void {
    this.memory.wake(area.offset + 4 * index, count);
  }
}
