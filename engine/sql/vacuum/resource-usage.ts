import { BLOCK_BYTES } from '../../base/block.js';
import type { Engine } from '../engine.js';

const MEGABYTE = 1024 * 1024;

interface Usage {
  readonly atMs: number;
  readonly hits: number;
  readonly reads: number;
  readonly dirtied: number;
  readonly records: number;
  readonly images: number;
  readonly bytes: number;
}

/** What this process uses from now on, as vacuum reports it. */
export class ResourceUsage {
  private readonly start: Usage;

  constructor(private readonly engine: Engine) {
    this.start = this.now();
  }

  get elapsedMs(): number {
    return this.engine.os.clock.monotonic() - this.start.atMs;
  }

  /** Rates, buffers and, if wanted, WAL, line by line. */
  lines(withWal: boolean): string[] {
    const used = this.used();
    const perSecond = (pages: number): string =>
      (used.seconds > 0 ? (pages * BLOCK_BYTES) / MEGABYTE / used.seconds : 0).toFixed(3);
    return [
      `avg read rate: ${perSecond(used.reads)} MB/s, avg write rate: ${perSecond(used.dirtied)} MB/s`,
      `buffer usage: ${used.hits} hits, ${used.reads} misses, ${used.dirtied} dirtied`,
      ...(withWal ? [`WAL usage: ${used.records} records, ${used.images} full page images, ${used.bytes} bytes`] : []),
      `system usage: elapsed: ${used.seconds.toFixed(2)} s`,
    ];
  }

  private used(): Omit<Usage, 'atMs'> & { readonly seconds: number } {
    const { start } = this;
    const now = this.now();
    return {
      seconds: (now.atMs - start.atMs) / 1000,
      hits: now.hits - start.hits,
      reads: now.reads - start.reads,
      dirtied: now.dirtied - start.dirtied,
      records: now.records - start.records,
      images: now.images - start.images,
      bytes: now.bytes - start.bytes,
    };
  }

  private now(): Usage {
    const { os, storage, wal } = this.engine;
    return { atMs: os.clock.monotonic(), ...storage.buffers.statistics.own, ...wal.usage };
  }
}
