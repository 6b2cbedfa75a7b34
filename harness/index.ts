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
export type { Counts } from './results/counts.js';
export { TIERS, type Tier, type WorkingTier } from './results/tier.js';

// Losing power
export { powerOptions } from './cli/power-options.js';
export type { PowerOptions } from './runner/power/power-side.js';
export type { PowerConfig, Search } from './runner/power/power-config.js';
export { PROFILE_NAMES, type DiskModel, type ProfileName } from './disks/disk-model.js';
export { honestProfiles, profiles } from './disks/profiles.js';
export { PowerWorker, type WorkerSetup } from './runner/power/power-pool.js';

// What is one's own
export {
  defineExtension,
  type Extension,
  type OwnAction,
  type OwnOracle,
  type OwnTarget,
} from './extensions/extension.js';
export { loadExtensions } from './extensions/load-extensions.js';

// Workloads
export { allWorkloads } from './workloads/workload-table.js';
export {
  presenceByTag,
  splitTag,
  type Contents,
  type Envelope,
  type Examination,
  type Feature,
  type Mismatch,
  type Presence,
  type Query,
  type Row,
  type Shape,
  type Statement,
  type Workload,
  type WrongAnswer,
} from './workloads/workload.js';
export type { XidCourse, XidJump, XidLimit } from './workloads/xid-course.js';

// Oracles
export {
  INVARIANTS,
  type ContentsEvidence,
  type ContentsOracle,
  type FilesEvidence,
  type FilesMemory,
  type FilesOracle,
  type Invariant,
  type OwnInvariant,
  type Violation,
} from './oracles/oracle.js';
export type { Crash, History, LiveAnomaly, LsnReading, Outcome, Transaction } from './history/history.js';

// Faults
export type {
  ActFault,
  CallSite,
  ClockFault,
  CutMember,
  ErrorCode,
  ErrorFault,
  Fault,
  KillFault,
  KillMoment,
  KillSet,
  MetFault,
  Occasion,
  ProcessName,
  RotFault,
  ShortFault,
  Site,
  StallFault,
  Trigger,
} from './faults/fault.js';
export type { FileClass, Operation } from './faults/operations.js';
export { parseFault } from './faults/parse.js';
export { printFault } from './faults/print.js';

// Targets
export { openTarget, type OpenTarget } from './cli/targets.js';
export {
  engineAbilities,
  engineFactory,
  type EngineFactory,
  type EngineFactoryOptions,
} from './adapters/engine/engine-target.js';
export { ENGINE_SIMULATION } from './adapters/engine/embedded/simulation-module.js';
export { postgresAbilities, postgresFactory } from './adapters/postgres.js';
export { programTarget, type ProgramOptions, type ProgramPlace } from './adapters/program-target.js';
export { ServerError, type Answer, type ConnectOptions, type Connection } from './adapters/connection.js';
export type { Command } from './adapters/spawned-target.js';
export type {
  ControlFacts,
  DatabaseHorizon,
  Fate,
  IndexFacts,
  Inspection,
  PageFacts,
  TableHorizon,
  WalFacts,
  WalRecordFacts,
} from './adapters/inspection.js';
export type {
  PgTarget,
  StopMode,
  Target,
  TargetAbilities,
  TargetConfig,
  TargetFactory,
  TargetProcess,
} from './adapters/target.js';
export type { FaultStatus, ProcessTrace, TraceArea } from './trace/trace-area.js';

// Seed files and results
export { corpusFiles, type CorpusFile } from './corpus/corpus-files.js';
export { readSeedFile, traceBeside, writeSeedFile, type SeedFile } from './corpus/seed-file.js';
export { RunDirectory, readRunDirectory, type RunHeader, type RunResults } from './results/run-directory.js';
export type { CycleRecord } from './results/cycle-record.js';
export type { Cause } from './results/cause.js';
export { shrink, type ShrinkOptions, type Shrunk } from './shrink/shrink.js';

// Known bugs
export { mutantFiles, mutantsNamed, type MutantFile } from './mutants/mutant-table.js';
export type { MutantScore } from './results/score-file.js';
export { scoreMutants, type Score, type ScoreOptions } from './mutants/score.js';
