import { isSameProcess } from '../trace/process-identity.js';
import type { ProcessTrace } from '../trace/trace-area.js';
import { matchesProcess, type KillSet } from './fault.js';

export function isAlive({ pid, startTicks, ended }: ProcessTrace): boolean {
  return !ended && isSameProcess(pid, startTicks);
}

/** The traced processes a kill names, alive ones only, `self` last so that a process ends the others before itself. */
export function victimsOf(
  victims: KillSet,
  processes: readonly ProcessTrace[],
  self = 0,
  isThere: (process: ProcessTrace) => boolean = isAlive,
): number[] {
  const named = processes
    .filter(isThere)
    .filter(({ type, ordinal }) => victims === 'all' || victims.some((name) => matchesProcess(name, type, ordinal)));
  return named.map(({ pid }) => pid).sort((a, b) => Number(a === self) - Number(b === self));
}

export function killProcesses(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is already gone.
    }
  }
}
