import type { PreloadHost } from '../../engine/os/preload.js';
import type { Invariant } from '../oracles/oracle.js';
import type { CycleConfig } from '../runner/cycle-config.js';
import type { WorkingTier } from '../results/tier.js';
import type { PowerConfig } from '../runner/power/power-config.js';

/** What a mutant's module exports: a historical bug, put into the engine's classes when it is preloaded. */
export interface MutantModule {
  readonly mutant: Mutant;
  install(host: PreloadHost): void;
}

export interface Mutant {
  /** Its row in the catalogue of crash bugs. */
  readonly id: string;
  readonly title: string;
  readonly precedent: string;
  /** Who is asked first: what SIGKILL leaves, or what a loss of power may leave. */
  readonly tier: WorkingTier;
  /** The invariants that may catch it. */
  readonly invariants: readonly Invariant[];
  /** Narrows the campaign to where the bug lives, as somebody would who tests that part; the seed draws the rest. */
  readonly focus?: (config: CycleConfig) => CycleConfig;
  /** The same for a simulated run, on whose disk crashes are tried. */
  readonly powerFocus?: (config: PowerConfig) => PowerConfig;
}
