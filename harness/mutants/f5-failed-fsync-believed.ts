import { errnoOf } from '../../engine/base/errors.js';
import type { SyncRequest } from '../../engine/storage/sync-queue.js';
import { SyncRequests } from '../../engine/storage/sync.js';
import type { PowerConfig } from '../runner/power/power-config.js';
import { oftenCheckpointed, pick } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F5',
  title: 'an fsync that failed is tried again, and believed when it then succeeds',
  precedent: '"fsyncgate": PostgreSQL before 10.7',
  tier: 'power',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'serves-again', 'page-structure', 'recovery-idempotence'],
  powerFocus,
};

/** One of the first checkpoints meets an fsync that fails once. */
function powerFocus(config: PowerConfig): PowerConfig {
  return { ...oftenCheckpointed(config), faults: [`EIO checkpointer at fsync(data) #${pick(config, 8)}`] };
}

export function install(): void {
  replaceMethod(
    SyncRequests,
    'syncTarget',
    (original: (request: SyncRequest) => void) =>
      function (request) {
        try {
          original.call(this, request);
        } catch (thrown) {
          if (errnoOf(thrown) === 'ENOENT') throw thrown;
          original.call(this, request);
        }
      },
  );
}
