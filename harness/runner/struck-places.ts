import { isKill, matchesProcess, type KillFault } from '../faults/fault.js';
import { describeCall } from '../faults/operations.js';
import { printPlace } from '../faults/print.js';
import type { Place } from '../results/place.js';
import type { FaultStatus, ProcessTrace } from '../trace/trace-area.js';

/**
 * Where the kills of a round fell: at the place that a plan names, or, for one at a random time, at the last call of each of its
 * victims. `reached`: how far everybody had come when the round ended.
 */
export function struckPlaces(
  faults: readonly Pick<FaultStatus, 'fault' | 'fired'>[],
  reached: readonly ProcessTrace[],
  endedByHarness: boolean,
): Place[] {
  const kills = faults.flatMap(({ fault, fired }) => (fired && isKill(fault) ? [fault] : []));
  return [...kills.flatMap((kill) => placesOf(kill, reached)), ...(endedByHarness ? lastCalls(reached) : [])];
}

function placesOf({ victims = 'all', trigger }: KillFault, reached: readonly ProcessTrace[]): Place[] {
  if (trigger.kind === 'site') return [`${trigger.process.type} ${printPlace(trigger.site)}`];
  const isVictim = ({ type, ordinal }: ProcessTrace): boolean =>
    victims === 'all' || victims.some((name) => matchesProcess(name, type, ordinal));
  return lastCalls(reached.filter(isVictim));
}

function lastCalls(processes: readonly ProcessTrace[]): Place[] {
  return processes.flatMap(({ type, lastCall }) => (lastCall < 0 ? [] : [`${type} ${describeCall(lastCall)}`]));
}
