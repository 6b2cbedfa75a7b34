import { HeapInfo } from '../../engine/access/heap/heap-records.js';
import type { RecordDraft } from '../../engine/wal/record.js';
import { Rmgr } from '../../engine/wal/rmgr-ids.js';
import { UnloggedFiles } from '../../engine/wal/unlogged-files.js';
import { bulkLoaded } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C4',
  title: 'of a table made in its transaction the inserts are not logged, but updates and deletes are',
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
        return !isChangeOfRow(draft) && original.call(this, draft);
      },
  );
}

function isChangeOfRow({ rmgr, info }: RecordDraft): boolean {
  return rmgr === Rmgr.heap && (info & HeapInfo.operationMask) !== HeapInfo.insert;
}
