import * as fs from 'node:fs';
import * as path from 'node:path';
import * as v from 'valibot';
import { UsageError } from '../cli/usage-error.js';
import { cycleRecord, type CycleRecord } from './cycle-record.js';
import { parseResult } from './parse-result.js';
import { readScore, type MutantScore } from './score-file.js';
import { TIERS } from './tier.js';

/**
 * A run's results, from which reports are made: one directory.
 *
 *     run.json         what was asked for, and when it began and ended
 *     cycles.jsonl     a line for each cycle, in the order in which they ended
 *     score.json       the score, where known bugs were hunted
 *     *.json, *.trace  seed files of failures, with the traces and accounts that belong to them
 *
 * Lines are appended as cycles end, so that a run that is interrupted has what it had come to.
 */
export const RESULTS_VERSION = 1;
const RUN_FILE = 'run.json';
const CYCLES_FILE = 'cycles.jsonl';

const runHeader = v.object({
  version: v.literal(RESULTS_VERSION),
  crashwright: v.string(),
  target: v.object({ name: v.string(), version: v.string() }),
  tier: v.picklist(TIERS),
  seed: v.number(),
  shard: v.object({ index: v.number(), of: v.number() }),
  jobs: v.number(),
  mutants: v.array(v.string()),
  /** Undefined: all that the target can do. */
  workloads: v.optional(v.array(v.string())),
  /** ISO 8601. */
  startedAt: v.string(),
  /** Undefined: it was interrupted, or is still under way. */
  endedAt: v.optional(v.string()),
});

/** What a run was asked for. */
export type RunHeader = v.InferOutput<typeof runHeader>;

export interface RunResults {
  /** Where they are. */
  readonly directory: string;
  readonly header: RunHeader;
  /** In the order of their numbers. */
  readonly cycles: readonly CycleRecord[];
  /** There when known bugs were hunted. */
  readonly score?: readonly MutantScore[] | undefined;
}

/** Writes the results of one run as it goes on. */
export class RunDirectory {
  private constructor(
    readonly path: string,
    private readonly header: RunHeader,
  ) {}

  /** Makes the directory. Raises a usage error when it holds the results of a run already. */
  static create(directory: string, header: Omit<RunHeader, 'version' | 'startedAt' | 'endedAt'>): RunDirectory {
    if (isRunDirectory(directory)) {
      throw new UsageError(`${directory} holds the results of a run already: name another directory with --out`);
    }
    fs.mkdirSync(directory, { recursive: true });
    const run = new RunDirectory(directory, {
      version: RESULTS_VERSION,
      ...header,
      startedAt: new Date().toISOString(),
    });
    fs.writeFileSync(path.join(directory, CYCLES_FILE), '');
    run.writeHeader(run.header);
    return run;
  }

  append(record: CycleRecord): void {
    fs.appendFileSync(path.join(this.path, CYCLES_FILE), `${JSON.stringify(record)}\n`);
  }

  end(): void {
    this.writeHeader({ ...this.header, endedAt: new Date().toISOString() });
  }

  private writeHeader(header: RunHeader): void {
    fs.writeFileSync(path.join(this.path, RUN_FILE), `${JSON.stringify(header, null, 2)}\n`);
  }
}

export function isRunDirectory(directory: string): boolean {
  return fs.existsSync(path.join(directory, RUN_FILE));
}

/**
 * Reads the results in a directory, in the order of the cycles' numbers. A last line that was cut off by the end of the run
 * is left out. Raises a usage error that names file and line where anything else is wrong.
 */
export function readRunDirectory(directory: string): RunResults {
  const header = parseResult(runHeader, path.join(directory, RUN_FILE), readText(path.join(directory, RUN_FILE)));
  const file = path.join(directory, CYCLES_FILE);
  const lines = readText(file).split('\n').slice(0, -1);
  const cycles = lines.map((line, index) => parseResult(cycleRecord, `${file}:${index + 1}`, line));
  return { directory, header, cycles: cycles.sort((a, b) => a.index - b.index), score: readScore(directory) };
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new UsageError(`cannot read ${file}: ${(thrown as Error).message}`);
  }
}
