import { CheckpointFlag } from '../../engine/recovery/checkpoint-flags.js';
import { Checkpointing } from '../../engine/recovery/checkpoint.js';
import type { PowerConfig } from '../runner/power/power-config.js';
import type { Mutant } from './mutant.js';
import { replaceMethod } from './patch.js';

export const mutant: Mutant = {
  id: 'C13',
  title: "recovery's last checkpoint says that all is on disk and writes nothing: after one more crash it is not",
  precedent: 'what the end-of-recovery checkpoint is for',
  tier: 'power',
  invariants: ['durability', 'atomicity', 'no-resurrection', 'serves-again', 'page-structure', 'recovery-idempotence'],
  powerFocus,
};

/** Crashes that lose nothing, and recoveries of them, before the one that is tried. */
function powerFocus(config: PowerConfig): PowerConfig {
  return { ...config, turns: { ...config.turns, checkpointer: 0, restart: 3 } };
}

const NOTHING_WRITTEN = {
  buffersWritten: 0,
  sync: { files: 0, longestMs: 0, totalMs: 0 },
  writeMs: 0,
  syncMs: 0,
};

export function install(): void {
  replaceMethod(
    Checkpointing,
    'writeEverything',
    (original: (flags: number, begun: unknown) => unknown) =>
      function (flags, begun) {
        if (flags & CheckpointFlag.endOfRecovery) return NOTHING_WRITTEN;
        return original.call(this, flags, begun);
      },
  );
}
