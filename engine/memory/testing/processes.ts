import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openRealOs } from '../../os/real-os.js';
import type { SharedMemory } from '../../os/os.js';
import { arenaBytes } from '../arena.js';
import type { MemorySizes } from '../area-table.js';
import { openMemory, type Memory } from '../memory.js';

/**
 * Real processes over one real mapping, for tests of what only several processes can show.
 *
 * A test starts members of a module's exported functions: `export function name(memory: Memory, args: string[])`.
 */
export const TEST_SIZES: MemorySizes = {
  buffers: 16,
  walPages: 4,
  processSlots: 20,
  locks: 32,
  commitLogPages: 4,
  statisticsEntries: 16,
  subtransactionLogPages: 4,
  preparedTransactions: 4,
};

export interface Cluster extends Disposable {
  readonly shared: SharedMemory;
  /** The memory as slot `slot` of this very process. */
  memory(slot: number): Memory;
  /** Starts `functionName` of the module as the process of slot `slot`. */
  start(slot: number, moduleUrl: string, functionName: string, ...args: string[]): Member;
}

export interface Member {
  readonly process: ChildProcess;
  /** What it printed, once it has ended; throws when it failed. */
  readonly ended: Promise<string>;
}

export function openCluster(sizes: MemorySizes = TEST_SIZES): Cluster {
  const os = openRealOs();
  const shared = os.sharedMemory.create(arenaBytes(sizes));
  const members: ChildProcess[] = [];
  return {
    shared,
    memory: (slot) => openMemory(os, shared, sizes, slot),
    start(slot, moduleUrl, functionName, ...args) {
      const job = JSON.stringify({ sizes, slot, moduleUrl, functionName, args });
      const child = spawn(process.execPath, [new URL(import.meta.url).pathname, job], {
        stdio: ['ignore', 'pipe', 'inherit', shared.fd],
      });
      members.push(child);
      return { process: child, ended: outputOf(child) };
    },
    [Symbol.dispose]() {
      for (const child of members) child.kill('SIGKILL');
      shared.release();
    },
  };
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`test process ended with ${code ?? signal}: ${output}`);
  return output;
}

interface Job {
  readonly sizes: MemorySizes;
  readonly slot: number;
  readonly moduleUrl: string;
  readonly functionName: string;
  readonly args: string[];
}

async function runMember(job: Job): Promise<void> {
  const os = openRealOs();
  const memory = openMemory(os, os.sharedMemory.attach(3, arenaBytes(job.sizes)), job.sizes, job.slot);
  memory.slots.claim(process.pid, 1);
  const module = (await import(job.moduleUrl)) as Record<string, (memory: Memory, ...args: string[]) => unknown>;
  await module[job.functionName](memory, ...job.args);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await runMember(JSON.parse(process.argv[2]) as Job);
  process.exit(0);
}
