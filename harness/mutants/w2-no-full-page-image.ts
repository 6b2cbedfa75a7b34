import { RecordAssembler } from '../../engine/wal/assemble.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { clients, pick, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W2',
  title: 'no full-page image with the first change of a page after a checkpoint',
  precedent: 'what full_page_writes is for',
  tier: 'power',
  invariants: ['serves-again', 'page-structure', 'durability', 'atomicity'],
  focus,
};

/** Page writes that SIGKILL cuts in half. */
function focus(config: CycleConfig): CycleConfig {
  return withFaults(config, [`kill all when checkpointer at pwrite(data) #${pick(config, 12)} torn 4096`], {
    workload: 'mix',
    clients: clients(2),
    checkpointEveryMs: 40,
    settings: { ...config.settings, shared_buffers: 64, bgwriter_lru_maxpages: 0 },
  });
}

export function install(): void {
  replaceMethod(
    RecordAssembler,
    'assemble',
    (original: (draft: unknown, redo: number, withImages: boolean) => void) =>
      function (draft, redo) {
        return original.call(this, draft, redo, false);
      },
  );
}
