import { Freezing } from '../../engine/access/heap/freezing.js';
import { vacuumed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X1',
  title: "a vacuum advances relfrozenxid without regard to the ids that it left in the table's rows",
  precedent: 'PostgreSQL 9.3.2',
  tier: 'power',
  invariants: ['no-internal-error', 'live-reads', 'durability', 'atomicity', 'no-resurrection', 'serves-again'],
  powerFocus: vacuumed,
};

export function install(): void {
  replaceMethod(Freezing, 'noteLeft', () => () => undefined);
}
