import type { Clock, Files, Os, Random, SharedMemory, SharedMemoryProvider } from '../../../../engine/os/os.js';

/** 2026-01-01 00:00 UTC: where every simulated clock begins. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** What looking at the clock costs, so that time passes and no two looks are the same. */
const TICK_MS = 0.001;

/** A clock that moves only when it is looked at, waited on, or pushed. */
export class VirtualClock implements Clock {
  private elapsedMs = 0;
  private jumpMs = 0;

  now(): number {
    return EPOCH_MS + this.jumpMs + this.monotonic();
  }

  monotonic(): number {
    return (this.elapsedMs += TICK_MS);
  }

  advance(milliseconds: number): void {
    this.elapsedMs += milliseconds;
  }

  /** Moves the wall clock alone, as an administrator or a time server does. */
  jump(milliseconds: number): void {
    this.jumpMs += milliseconds;
  }
}

/** Thrown where a simulated process would wait for another one that can never come: all take turns in one thread. */
export class WouldWaitForever extends Error {}

/**
 * Memory shared by engines that take turns in one thread. A wait ends at once, its time over: nobody else can run
 * meanwhile, except whom a wait without end lets go on. Buffers that were released are used again, since clearing one is cheaper than having a new one.
 */
export class SimulatedMemory implements SharedMemoryProvider {
  private readonly free = new Map<number, ArrayBuffer[]>();

  /**
   * `fd`: -1 tells an engine that it is alone, anything else that there are others. `goOn`: lets another process do what is
   * asked of it; false when there is nothing.
   */
  constructor(
    private readonly clock: VirtualClock,
    private readonly fd = -1,
    private readonly goOn: () => boolean = () => false,
  ) {}

  create(bytes: number): SharedMemory {
    const { clock, free, fd, goOn } = this;
    const buffer = free.get(bytes)?.pop() ?? new ArrayBuffer(bytes);
    new Uint8Array(buffer).fill(0);
    return {
      buffer,
      fd,
      wait(_byteOffset, _expected, timeoutMs) {
        if (Number.isFinite(timeoutMs)) clock.advance(timeoutMs);
        else if (!goOn()) throw new WouldWaitForever('a simulated process would wait for ever');
        return 'timeout';
      },
      wake: () => {},
      clear: () => void new Uint8Array(buffer).fill(0),
      release: () => void free.set(bytes, [...(free.get(bytes) ?? []), buffer]),
    };
  }

  attach(): SharedMemory {
    throw new Error('simulated memory has no descriptor');
  }
}

export interface MemoryOsParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly sharedMemory: SharedMemoryProvider;
  readonly pid: number;
  readonly report?: (text: string) => void;
  readonly reach?: (point: string) => void;
}

/** The outside world of an engine that lives in this process's memory. */
export function memoryOs({ files, clock, random, sharedMemory, pid, report, reach }: MemoryOsParts): Os {
  return {
    files,
    clock,
    random,
    sharedMemory,
    processes: {
      pid,
      signal: () => false,
      isAlive: () => false,
      setTitle: () => {},
      report: report ?? (() => {}),
      dieWithParent: () => {},
      onSignal: () => {},
      exit(code) {
        throw new Error(`a simulated process ended with code ${code}`);
      },
    },
    reach: reach ?? (() => {}),
  };
}
