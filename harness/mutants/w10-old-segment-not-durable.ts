import { SegmentWriter } from '../../engine/wal/segment-writer.js';
import { muchLog } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W10',
  title: 'the log goes on in a new segment while the end of the old one is not on disk',
  precedent: 'LevelDB #193',
  tier: 'power',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'serves-again', 'recovery-idempotence'],
  powerFocus: muchLog,
};

interface Self {
  sync: () => void;
}

export function install(): void {
  replaceMethod(
    SegmentWriter,
    'finishSegment',
    (original: (end: number) => void) =>
      function (this: Self, end) {
        this.sync = () => undefined;
        try {
          original.call(this, end);
        } finally {
          Reflect.deleteProperty(this, 'sync');
        }
      },
  );
}
