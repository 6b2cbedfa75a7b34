import { Truncation } from '../../engine/access/heap/truncation.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C3',
  title: 'a checkpoint may fall between the record of a truncation and the cut: what the pages once held comes back',
  precedent: 'PostgreSQL before 14.3, delayChkpt',
  tier: 'kill',
  invariants: ['no-resurrection', 'index-agreement', 'visibility-map', 'xid-horizon', 'atomicity'],
  focus,
};

/** A vacuum is stalled where it has forgotten the pages and not yet cut the file, until everything dies. */
function focus(config: CycleConfig): CycleConfig {
  const faults = [`stall backend at point truncate:pages-forgotten #${pick(config, 3)} for 20000 ms`];
  return withFaults(config, faults, {
    workload: 'vacuum',
    clients: clients(2),
    statementMode: 'batch',
    checkpointEveryMs: 100,
    settings: { ...config.settings, shared_buffers: 1024, bgwriter_lru_maxpages: 0, autovacuum: 'off' },
  });
}

export function install(): void {
  replaceMethod(
    Truncation,
    'withoutCheckpoint',
    () =>
      function (body: () => void) {
        body();
      },
  );
}
