import { Startup } from '../../engine/recovery/startup.js';
import { Wal, type WalStart } from '../../engine/wal/wal.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import { pick, quietLog, withFaults } from './focus.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'W8',
  title: 'after a crash in a record that crosses pages, the log goes on behind its first part without saying so',
  precedent: 'PostgreSQL recovery test 026_overwrite_contrecord',
  tier: 'kill',
  invariants: ['lsn-monotonicity', 'durability', 'serves-again'],
  focus,
};

/** Rows larger than half a page, and a write of the log cut off between two pages; one client, so that the log repeats. */
function focus(config: CycleConfig): CycleConfig {
  return withFaults(config, [`kill all when backend at pwrite(wal) #${pick(config, 40)} torn 8192`], quietLog(config));
}

export function install(): void {
  replaceMethod(Startup, 'logOverwrittenRecord', () => () => undefined);
  replaceMethod(
    Wal,
    'startInsertion',
    (original: (start: WalStart) => void) =>
      function (start) {
        return original.call(this, {
          ...start,
          endOfLog: start.missingContrecord ?? start.endOfLog,
          missingContrecord: undefined,
        });
      },
  );
}
