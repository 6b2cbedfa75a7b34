import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { UsageError } from '../cli/usage-error.js';
import { invariantSchema } from '../oracles/invariant-schema.js';
import { PROFILE_NAMES } from '../disks/disk-model.js';
import { parsePowerLoss } from '../disks/print-crash.js';
import { parseFault } from '../faults/parse.js';
import { parseXidJump } from '../workloads/xid-course.js';

/**
 * A cycle as one small file, enough to run it again anywhere: what `run` saves for a violation, and what `replay` and
 * `shrink` read.
 */
export const SEED_FILE_VERSION = 2;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const fault = v.pipe(
  v.string(),
  v.check((text) => parses(parseFault, text), 'not a fault'),
);
const powerLoss = v.pipe(
  v.string(),
  v.check((text) => parses(parsePowerLoss, text), 'not a power loss'),
);
const xidJump = v.pipe(
  v.string(),
  v.check((text) => parses(parseXidJump, text), 'not a jump of transaction ids'),
);
const firstXid = v.optional(v.pipe(count, v.minValue(3), v.maxValue(2 ** 32 - 1)));
const settings = v.record(v.string(), v.union([v.string(), v.number()]));
const clients = v.pipe(v.array(v.pipe(count, v.minValue(1), v.maxValue(64))), v.minLength(1));

const killConfig = v.object({
  seed: count,
  workload: v.string(),
  clients,
  asyncShare: share,
  rollbackShare: share,
  transactionsPerRound: count,
  skip: v.array(v.string()),
  statementMode: v.picklist(['batch', 'single']),
  readingsEvery: count,
  checkpointEveryMs: count,
  walSegmentMegabytes: v.pipe(count, v.minValue(1)),
  settings,
  firstXid,
  rounds: v.pipe(v.array(v.object({ faults: v.array(fault), jump: v.optional(xidJump) })), v.minLength(1)),
  recoverTwice: v.boolean(),
});

const powerConfig = v.object({
  seed: count,
  workload: v.string(),
  clients,
  asyncShare: share,
  rollbackShare: share,
  transactionsPerClient: count,
  skip: v.array(v.string()),
  statementMode: v.picklist(['batch', 'single']),
  turns: v.object({ checkpointer: count, bgwriter: count, walwriter: count, restart: count }),
  interruptChance: share,
  everybodyInterrupts: v.optional(v.boolean()),
  walSegmentMegabytes: v.pipe(count, v.minValue(1)),
  settings,
  faults: v.array(fault),
  firstXid,
  jumps: v.optional(v.array(xidJump)),
  script: v.optional(v.literal('across-checkpoint')),
});

const sentence = v.pipe(v.string(), v.trim(), v.minLength(1));

/** What is known of the bug: the header of a file in the corpus. */
const about = v.object({
  cause: sentence,
  consequence: sentence,
  fix: sentence,
  /** Where it was mended, or known not to be: an abbreviated hash. */
  commit: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{7,40}$/))),
});
export type About = v.InferOutput<typeof about>;

const common = {
  version: v.literal(SEED_FILE_VERSION),
  about: v.optional(about),
  target: v.object({ name: v.string(), version: v.string() }),
  /** Ids of the mutants the target ran with. */
  mutants: v.array(v.string()),
  /** Modules of extensions that were loaded, as paths from the working directory. */
  extensions: v.optional(v.array(v.string())),
};
const finding = { invariant: invariantSchema, promised: v.string(), found: v.string() };

const killSchema = v.object({
  ...common,
  tier: v.literal('kill'),
  config: killConfig,
  /** The plan as it was drawn, where `config` has the exact calls instead of random moments. */
  drawnFaults: v.array(v.array(v.string())),
  verdict: v.object({ ...finding, round: count }),
});

const power = {
  ...common,
  tier: v.literal('power'),
  /** The crash, exactly: what survived, and the crashes inside the recoveries that followed. */
  crash: v.object({ profile: v.picklist(PROFILE_NAMES), crashes: v.pipe(v.array(powerLoss), v.minLength(1)) }),
  /** Of the run when it was found: another digest says that the engine does otherwise by now. */
  trace: v.object({ events: count, digest: v.number() }),
  verdict: v.object(finding),
};

/** The run is simulated again from its configuration. */
const simulatedSchema = v.object({ ...power, source: v.optional(v.literal('simulated')), config: powerConfig });

/** The run was one of real processes; it is in the trace file beside this one. */
const recordedSchema = v.object({ ...power, source: v.literal('recorded'), config: killConfig });

const schema = v.variant('tier', [killSchema, v.variant('source', [simulatedSchema, recordedSchema])]);

export type KillSeedFile = v.InferOutput<typeof killSchema>;
export type PowerSeedFile = v.InferOutput<typeof simulatedSchema> | v.InferOutput<typeof recordedSchema>;
export type SeedFile = v.InferOutput<typeof schema>;

function parses(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Reads a seed file, also an older one; throws with the path inside the file where it is wrong. */
export function readSeedFile(path: string): SeedFile {
  const result = v.safeParse(schema, migrated(path, parseJson(path)));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UsageError(
    `${path} is not a seed file of version ${SEED_FILE_VERSION}: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
  );
}

/** Version 1 had no header, and nothing else was different. */
function migrated(path: string, json: unknown): unknown {
  const { version } = (json ?? {}) as { version?: unknown };
  if (version === 1) return { ...(json as object), version: SEED_FILE_VERSION };
  if (typeof version !== 'number' || version === SEED_FILE_VERSION) return json;
  const advice =
    version > SEED_FILE_VERSION
      ? 'a newer crashwright wrote it: replay it with that'
      : 'no crashwright wrote such files';
  throw new UsageError(
    `${path} is a seed file of version ${version}, and this is version ${SEED_FILE_VERSION}: ${advice}`,
  );
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw new UsageError(`cannot read ${path}: ${(thrown as Error).message}`);
  }
}

/** The trace file that belongs to a seed file; not every one has it. */
export function traceBeside(seedFile: string): string {
  return seedFile.replace(/(\.json)?$/, '.trace');
}

export function writeSeedFile(path: string, seedFile: SeedFile): void {
  writeFileSync(path, `${JSON.stringify(seedFile, null, 2)}\n`);
}
