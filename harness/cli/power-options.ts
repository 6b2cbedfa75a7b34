import type { ProfileName } from '../disks/disk-model.js';
import { honestProfiles } from '../disks/profiles.js';
import { fixedConfig } from '../runner/power/fixed-run.js';
import type { Search } from '../runner/power/power-config.js';
import type { PowerOptions } from '../runner/power/power-side.js';
import type { OpenTarget } from './targets.js';
import { UsageError } from './usage-error.js';

/** What is tried on each simulated run when nothing else is asked for. */
export const DEFAULT_SEARCH: Search = {
  profiles: honestProfiles,
  points: 24,
  survivorSets: 10,
  nestedDepth: 3,
  nestedEvery: 40,
};

/** Every set of survivors that differs from none or all by up to so many changes. */
const EXHAUSTIVE_DIFFERING = 3;

/** Raises a usage error for a target that cannot be simulated. */
export function powerOptions(
  { factory, simulation, simulatedDirectory }: OpenTarget,
  profiles: readonly ProfileName[] = honestProfiles,
  isExhaustive = false,
): PowerOptions {
  if (!simulation) throw new UsageError(`the power of target ${factory.name} cannot be cut: use --tier kill`);
  return {
    targetModule: simulation,
    dataDirectory: simulatedDirectory!,
    targetName: factory.name,
    targetVersion: () => factory.version(),
    search: isExhaustive
      ? { ...DEFAULT_SEARCH, profiles, nestedDepth: 0, exhaustive: { differing: EXHAUSTIVE_DIFFERING } }
      : { ...DEFAULT_SEARCH, profiles },
    config: isExhaustive ? fixedConfig : undefined,
  };
}
