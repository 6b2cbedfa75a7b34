import { TableVacuum } from '../../engine/access/vacuum/vacuum-table.js';
import { vacuumed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X10',
  title: 'a vacuum frees line pointers first and takes away their index entries then, when rows may stand there again',
  precedent: 'the order that lazy_vacuum insists on: indexes before the table',
  tier: 'power',
  invariants: ['index-agreement', 'live-reads', 'no-internal-error', 'atomicity', 'serves-again'],
  powerFocus: vacuumed,
};

/** The steps of a vacuum that are exchanged. */
interface Steps {
  removeIndexEntries(): boolean;
  freeStubs(): void;
}

export function install(): void {
  replaceMethod<Steps, [], boolean>(
    TableVacuum,
    'removeIndexEntries',
    (original) =>
      function () {
        this.freeStubs();
        original.call(this);
        return false;
      },
  );
}
