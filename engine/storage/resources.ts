import type { BufferId } from './buffers/descriptors.js';

/**
 * What a subtransaction, or a portal opened in one, has pinned and locked (utils/resowner): given back when the subtransaction
 * aborts, its parent's when it ends well. What the transaction itself holds has no such list: all that is left is its.
 */
export class ResourceOwner {
  /** Counts by buffer. */
  readonly pins = new Map<BufferId, number>();
  /** Counts by mode, by the lock's key. */
  readonly locks = new Map<string, number[]>();
  private state: 'live' | 'merged' | 'released' = 'live';

  constructor(readonly parent: ResourceOwner | undefined) {}

  /** Has it aborted, or what it became part of? */
  get isReleased(): boolean {
    if (this.state === 'merged') return this.parent?.isReleased ?? false;
    return this.state === 'released';
  }

  /** Who holds now what this one held: undefined for the transaction itself. */
  get heir(): ResourceOwner | undefined {
    return this.state === 'merged' ? this.parent?.heir : this;
  }

  notePin(buffer: BufferId, change: number): void {
    const count = (this.pins.get(buffer) ?? 0) + change;
    if (count > 0) this.pins.set(buffer, count);
    else this.pins.delete(buffer);
  }

  noteLock(key: string, mode: number, change: number): void {
    let counts = this.locks.get(key);
    if (!counts) this.locks.set(key, (counts = [0, 0, 0, 0, 0, 0, 0, 0]));
    counts[mode] = Math.max(0, counts[mode] + change);
  }

  /** The subtransaction ended well. */
  mergeIntoParent(): void {
    const { parent } = this;
    this.state = 'merged';
    if (!parent) return;
    for (const [buffer, count] of this.pins) parent.notePin(buffer, count);
    for (const [key, counts] of this.locks) counts.forEach((count, mode) => parent.noteLock(key, mode, count));
  }

  noteReleased(): void {
    this.state = 'released';
  }
}

/** Who is charged with what this process pins and locks from now on (CurrentResourceOwner). */
export class Resources {
  /** undefined: the transaction itself. */
  current: ResourceOwner | undefined;

  /** Runs `body` for another owner than the current one. */
  onBehalfOf<T>(owner: ResourceOwner | undefined, body: () => T): T {
    const before = this.current;
    this.current = owner?.heir;
    try {
      return body();
    } finally {
      this.current = before;
    }
  }
}
