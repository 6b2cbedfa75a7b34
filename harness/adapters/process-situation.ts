import { readFileSync } from 'node:fs';
import { describeCall } from '../faults/operations.js';
import type { ProcessTrace } from '../trace/trace-area.js';
import { isSameProcess } from '../trace/process-identity.js';

/** What each living process is doing, one line each, for reports of a target that does not answer. */
export function describeSituation(processes: readonly ProcessTrace[]): string {
  const alive = processes.filter(({ pid, startTicks, ended }) => !ended && isSameProcess(pid, startTicks));
  return alive.map((each) => `  ${each.type} ${each.pid}: ${kernelState(each.pid)}, ${progressOf(each)}`).join('\n');
}

function kernelState(pid: number): string {
  const read = (name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'latin1');
    } catch {
      return '';
    }
  };
  const state = /\) (\S)/.exec(read('stat'))?.[1] ?? '?';
  const processorTicks = read('stat').split(') ')[1]?.split(' ').slice(11, 13).join('+') ?? '?';
  return `state ${state}, waits in ${read('wchan') || '?'}, ${processorTicks} ticks of processor time`;
}

function progressOf({ calls, lastCall, inCall, lastSequence }: ProcessTrace): string {
  if (lastCall < 0) return 'no call since the plan was armed';
  return `${calls} calls, ${inCall ? 'inside' : 'after'} ${describeCall(lastCall)} #${lastSequence}`;
}
