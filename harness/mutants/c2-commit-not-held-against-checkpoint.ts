import { ProcessSlots } from '../../engine/memory/process-slots.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C2',
  title: 'a checkpoint may fall between a commit record and its mark in the commit log',
  precedent: 'PostgreSQL 7.4.4',
  tier: 'kill',
  invariants: ['durability', 'atomicity'],
  focus,
};

/** A commit is stalled between the two while checkpoints run, then acknowledged, then everything dies. */
function focus(config: CycleConfig): CycleConfig {
  const count = 2 + pick(config, 8);
  const faults = [
    `stall backend#1 at point commit:after-flush #${count} for 400 ms`,
    `kill all when backend#1 at point commit:before-record #${count + 1}`,
  ];
  return withFaults(config, faults, { ...quietLog(config), clients: clients(2), checkpointEveryMs: 150 });
}

export function install(): void {
  replaceMethod(ProcessSlots, 'setDelayCheckpoint', () => () => undefined);
}
