import { StateFiles } from '../../engine/access/two-phase/state-files.js';
import { prepared } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C6',
  title: 'a checkpoint does not fsync pg_twophase: the name of a prepared transaction may be lost, and its WAL is gone',
  precedent: 'what CheckPointTwoPhase ends with',
  tier: 'power',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'serves-again', 'recovery-idempotence'],
  powerFocus: prepared,
};

export function install(): void {
  replaceMethod(StateFiles, 'syncDirectory', () => () => undefined);
}
