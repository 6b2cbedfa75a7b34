/**
 * Crashwright as a library: campaigns and single cycles in a test suite of one's own; workloads, oracles, faults and targets of
 * one's own; seed files and results.
 *
 * @packageDocumentation
 */

// Campaigns
export { cycleSeed, runCampaign, runOneCycle, type CampaignOptions } from './runner/campaign.js';
export { runCycle, type CycleOptions, type CycleResult } from './runner/cycle.js';
export type { CycleConfig } from './runner/cycle-config.js';
export { drawConfig } from './runner/draw-config.js';
export { exitCodeOf, type Summary } from './results/summary.js';
export { TIERS, type Tier, type WorkingTier } from './results/tier.js';

// Losing power
export { powerOptions } from './cli/power-options.js';
export { PROFILE_NAMES, type ProfileName } from './disks/disk-model.js';
export { honestProfiles, profiles } from './disks/profiles.js';
export { PowerWorker } from './runner/power/power-pool.js';
export { readTraceFile } from './trace/trace-file.js';

// What is one's own
export {
  defineExtension,
  type Extension,
  type OwnAction,
  type OwnOracle,
  type OwnTarget,
} from './extensions/extension.js';
export { loadExtensions } from './extensions/loaded.js';

// Workloads
export { allWorkloads } from './workloads/workload-table.js';
export {
  presenceByTag,
  splitTag,
  type Contents,
  type Envelope,
  type Examination,
  type Mismatch,
  type Presence,
  type Query,
  type Row,
  type Shape,
  type Statement,
  type Workload,
} from './workloads/workload.js';

// Oracles
export {
  INVARIANTS,
  type ContentsEvidence,
  type ContentsOracle,
  type FilesEvidence,
  type FilesOracle,
  type Invariant,
  type OwnInvariant,
  type Violation,
} from './oracles/oracle.js';
export type { History, Transaction } from './history/history.js';

// Faults
export type { Fault } from './faults/fault.js';
export { parseFault } from './faults/parse.js';
export { printFault } from './faults/print.js';

// Targets
export { openTarget, type OpenTarget } from './cli/targets.js';
export { engineAbilities, engineFactory } from './adapters/engine/engine-target.js';
export { ENGINE_SIMULATION } from './adapters/engine/embedded/simulation-module.js';
export { postgresAbilities, postgresFactory } from './adapters/postgres.js';
export { programTarget, type ProgramOptions, type ProgramPlace } from './adapters/program-target.js';
export { ServerError, type Answer, type ConnectOptions, type Connection } from './adapters/connection.js';
export type { Inspection } from './adapters/inspection.js';
export type { PgTarget, Target, TargetAbilities, TargetConfig, TargetFactory } from './adapters/target.js';

// Seed files and results
export { corpusFiles, type CorpusFile } from './corpus/corpus-files.js';
export { readSeedFile, traceBeside, writeSeedFile, type SeedFile } from './corpus/seed-file.js';
export { RunDirectory, readRunDirectory, type RunHeader, type RunResults } from './results/run-directory.js';
export type { CycleRecord } from './results/cycle-record.js';
export { shrink } from './shrink/shrink.js';

// Known bugs
export { mutantFiles, mutantsNamed } from './mutants/mutant-table.js';
export { scoreMutants, type Score } from './mutants/score.js';
