import type { Target, TargetAbilities, TargetFactory } from '../adapters/target.js';
import type { ContentsOracle, FilesOracle, OwnInvariant } from '../oracles/oracle.js';
import type { Workload } from '../workloads/workload.js';

/**
 * What users add to the harness, as the export `extension` of a module: so that the threads that cut the power and a later replay
 * of a seed file load the same.
 *
 *     export const extension = defineExtension({ workloads: [queue], oracles: [noJobTwice] });
 */
export interface Extension {
  readonly workloads?: readonly Workload[];
  readonly oracles?: readonly OwnOracle[];
  readonly actions?: readonly OwnAction[];
  readonly targets?: readonly OwnTarget[];
}

/** An invariant of one's own. It must say the same of the same evidence. */
export interface OwnOracle {
  /** `own:no-job-twice` */
  readonly invariant: OwnInvariant;
  /** One line: what it verifies. */
  readonly about: string;
  /** Asked after every recovery. */
  readonly contents?: ContentsOracle;
  /** Asked whenever the files stand still, of a target that can be inspected. */
  readonly files?: FilesOracle;
}

/** A fault of one's own, which the harness carries out from outside: `act pause-checkpointer at +0.120`. */
export interface OwnAction {
  /** Small letters and hyphens. */
  readonly name: string;
  /** Does the harm. What it rejects with ends the cycle as a failure of the harness. */
  strike(target: Target): Promise<void> | void;
}

/** Something to test, as `--target` and `openTarget` know it by its factory's name. */
export interface OwnTarget {
  readonly factory: TargetFactory;
  readonly abilities: TargetAbilities;
}

/** Checks the types; the value is what it was given. */
export function defineExtension(extension: Extension): Extension {
  return extension;
}
