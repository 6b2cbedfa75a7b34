import type { PreloadHost } from '../../engine/os/preload.js';
import type { Invariant } from '../oracles/oracle.js';
import type { CycleConfig } from '../runner/cycle-config.js';

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
  /** The invariants that may catch it. */
  readonly invariants: readonly Invariant[];
  /** Narrows the campaign to where the bug lives, as somebody would who tests that part; the seed draws the rest. */
  readonly focus?: (config: CycleConfig) => CycleConfig;
}
