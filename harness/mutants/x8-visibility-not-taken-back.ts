import { VisibilityMap } from '../../engine/access/visibility-map/visibility-map.js';
import { vacuumed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'X8',
  title: "a page's bit in the visibility map stays set when one of its rows changes",
  precedent: 'PostgreSQL 9.4.10',
  tier: 'power',
  invariants: ['visibility-map', 'index-agreement', 'live-reads', 'atomicity', 'durability', 'no-resurrection'],
  powerFocus: vacuumed,
};

export function install(): void {
  replaceMethod(VisibilityMap, 'clear', () => () => false);
}
