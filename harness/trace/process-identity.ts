import { readFileSync } from 'node:fs';

/** Clock ticks since boot at which a process started (proc(5), field 22 of stat); 0 when there is no such process. */
export function startTicksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return afterName[0] === 'Z' ? 0 : Number(afterName[19]);
  } catch {
    return 0;
  }
}

/** Is the process that started at `startTicks` still there? A pid alone may have been given to another one. */
export function isSameProcess(pid: number, startTicks: number): boolean {
  return startTicks !== 0 && startTicksOf(pid) === startTicks;
}
