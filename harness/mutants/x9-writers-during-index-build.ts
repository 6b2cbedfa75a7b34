import { LockManager } from '../../engine/storage/locks/lock-manager.js';
import type { LockTag } from '../../engine/storage/locks/lock-tag.js';
import type { LockMode } from '../../engine/storage/locks/lock-mode.js';
import { indexed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X9',
  title: 'rows that change while an index is built are missed: CREATE INDEX does not keep writers out',
  precedent: 'PostgreSQL 9.6.2 and 14.4, CREATE INDEX CONCURRENTLY',
  tier: 'power',
  invariants: ['index-agreement', 'live-reads', 'no-internal-error', 'atomicity'],
  powerFocus: indexed,
};

export function install(): void {
  replaceMethod<LockManager, [LockTag, LockMode, object?], boolean>(
    LockManager,
    'acquire',
    (original) =>
      function (tag, mode, options) {
        const isBuild = tag.kind === 'relation' && mode === 'Share';
        return original.call(this, tag, isBuild ? 'ShareUpdateExclusive' : mode, options);
      },
  );
}
