import { Truncation } from '../../engine/access/heap/truncation.js';
import { oftenCheckpointed, vacuumed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C3',
  title: 'a checkpoint may fall between the record of a truncation and the cut: what the pages once held comes back',
  precedent: 'PostgreSQL before 14.3, delayChkpt',
  tier: 'power',
  invariants: ['no-resurrection', 'index-agreement', 'visibility-map', 'xid-horizon', 'atomicity'],
  powerFocus: (config) => ({
    ...oftenCheckpointed(vacuumed(config)),
    interruptChance: 0.3,
    everybodyInterrupts: true,
  }),
};

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
