import { randomBytes } from 'node:crypto';
import type { Os } from './os.js';
import { RealFiles } from './real-files.js';
import { realProcesses } from './real-processes.js';
import { realSharedMemory } from './real-shared-memory.js';

/** The machine itself. A new object each time, so that a preloaded library may replace its parts. */
export function openRealOs(): Os {
  return {
    files: new RealFiles(),
    clock: { now: () => performance.timeOrigin + performance.now(), monotonic: () => performance.now() },
    random: { bytes: (count) => randomBytes(count), uint32: () => randomBytes(4).readUInt32LE(0) },
    sharedMemory: realSharedMemory,
    processes: realProcesses,
    reach: () => {},
  };
}
