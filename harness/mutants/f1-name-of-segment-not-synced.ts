import { SegmentFiles } from '../../engine/wal/segment-files.js';
import { muchLog } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'F1',
  title: "no fsync of pg_wal after a segment's rename, so its name may be lost with all that is in it",
  precedent: 'PostgreSQL 606e0f98, RocksDB #10573, LevelDB #195',
  tier: 'power',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'serves-again', 'recovery-idempotence'],
  powerFocus: muchLog,
};

export function install(): void {
  replaceMethod(SegmentFiles, 'fsyncDirectory', () => () => undefined);
}
