/**
 * Crashwright as a library: run campaigns and single cycles, read and write seed files, name faults, add targets.
 */
export type { Target, TargetAbilities, TargetConfig, TargetFactory } from './adapters/target.js';
export type { Inspection } from './adapters/inspection.js';
export { engineAbilities, engineFactory } from './adapters/engine/engine-target.js';
export { ENGINE_SIMULATION } from './adapters/engine/embedded/simulation-module.js';
export { postgresAbilities, postgresFactory } from './adapters/postgres.js';
export { powerOptions } from './cli/power-options.js';
export { openTarget } from './cli/targets.js';
export { PROFILE_NAMES, type ProfileName } from './disks/disk-model.js';
export { honestProfiles, profiles } from './disks/profiles.js';
export { corpusFiles, type CorpusFile } from './corpus/corpus-files.js';
export { readSeedFile, traceBeside, writeSeedFile, type SeedFile } from './corpus/seed-file.js';
export type { Fault } from './faults/fault.js';
export { parseFault } from './faults/parse.js';
export { printFault } from './faults/print.js';
export { scoreMutants, type Score } from './mutants/score.js';
export { mutantFiles, mutantsNamed } from './mutants/mutant-table.js';
export { INVARIANTS, type Invariant, type Violation } from './oracles/oracle.js';
export { cycleSeed, runCampaign, runOneCycle, type CampaignOptions } from './runner/campaign.js';
export { runCycle, type CycleResult } from './runner/cycle.js';
export type { CycleConfig } from './runner/cycle-config.js';
export { drawConfig } from './runner/draw-config.js';
export { exitCodeOf, type Summary } from './results/summary.js';
export { PowerWorker } from './runner/power/power-pool.js';
export { readTraceFile } from './trace/trace-file.js';
export { shrink } from './shrink/shrink.js';
export { workloads } from './workloads/workload-table.js';
export type { Workload } from './workloads/workload.js';
