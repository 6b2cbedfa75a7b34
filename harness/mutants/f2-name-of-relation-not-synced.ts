import { RelationFiles } from '../../engine/storage/relation-files.js';
import { oftenCheckpointed } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F2',
  title: "a checkpoint does not fsync the directory of files made since the last one: a relation's name may be lost",
  precedent: 'LevelDB #196',
  tier: 'power',
  invariants: ['serves-again', 'durability', 'atomicity', 'recovery-idempotence'],
  powerFocus: oftenCheckpointed,
};

export function install(): void {
  replaceMethod(RelationFiles, 'requestDirectorySync', () => () => undefined);
}
