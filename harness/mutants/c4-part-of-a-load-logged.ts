import { HeapInfo } from '../../engine/access/heap/heap-records.js';
import type { RecordDraft } from '../../engine/wal/record.js';
import { Rmgr } from '../../engine/wal/rmgr-ids.js';
import { UnloggedFiles } from '../../engine/wal/unlogged-files.js';
import { bulkLoaded } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C4',
  title: 'a load that is not logged is mixed with inserts that are: replay begins their pages anew, without the rest',
  precedent: 'PostgreSQL c6b92041',
  tier: 'power',
  invariants: ['atomicity', 'durability', 'serves-again', 'index-agreement'],
  powerFocus: bulkLoaded,
};

export function install(): void {
  replaceMethod<UnloggedFiles, [RecordDraft], boolean>(
    UnloggedFiles,
    'covers',
    (original) =>
      function (draft) {
        return !beginsPage(draft) && original.call(this, draft);
      },
  );
}

/** An insert of the first row into a page: its record says so, and no more of the page. */
function beginsPage({ rmgr, info }: RecordDraft): boolean {
  return rmgr === Rmgr.heap && info === (HeapInfo.insert | HeapInfo.initPage);
}
