import * as fs from 'node:fs';
import * as path from 'node:path';
import { causeOfSeed, corpusFiles, type CorpusFile } from '../corpus/corpus-files.js';
import { readSeedFile, traceBeside, writeSeedFile, type About, type SeedFile } from '../corpus/seed-file.js';
import { accountBeside } from '../results/failure-account.js';
import { violatedBy } from './replay.js';
import { shrinkSeed, type ShrinkLimits } from './shrink.js';
import { UsageError } from './usage-error.js';

export interface CorpusAddOptions extends ShrinkLimits, Partial<About> {
  readonly directory: string;
  /** How its file's name begins; the mutants' ids, or words of the cause, when it is not given. */
  readonly name?: string;
}

/**
 * `crashwright corpus add FILE`: shrinks it and files it with its header. 1 when it was not filed: it does not fail, or the corpus
 * has a failure of the same cause.
 */
export async function addToCorpus(file: string, options: CorpusAddOptions): Promise<number> {
  const seedFile = readSeedFile(file);
  const about = aboutOf(seedFile, options);
  const known = corpusFiles(options.directory);
  if (refuseKnown(file, seedFile, known)) return 1;
  const out = path.join(options.directory, `${nameOf(seedFile, about, options.name)}.json`);
  const shrunk =
    (await steady(out, await shrinkSeed(file, out, options))) ?? (await confirmed(file, seedFile, options));
  if (!shrunk) return refuse(`${file} does not fail any more: it was not filed`);
  if (refuseKnown(out, shrunk, known)) {
    for (const made of [out, traceBeside(out), accountBeside(out)]) fs.rmSync(made, { force: true });
    return 1;
  }
  const { version, ...rest } = shrunk;
  writeSeedFile(out, { version, about, ...rest } as SeedFile);
  fs.rmSync(accountBeside(out), { force: true });
  if (!isRecorded(shrunk)) fs.rmSync(traceBeside(out), { force: true });
  process.stderr.write(`filed as ${out}\n`);
  return 0;
}

/** `crashwright corpus list`: a line for each file, and what it is about. */
export function listCorpus({ directory }: Pick<CorpusAddOptions, 'directory'>): Promise<number> {
  for (const { name, seedFile, cause } of corpusFiles(directory)) {
    process.stdout.write(`${name}\n  cause ${cause.id}, ${seedFile.tier}: ${seedFile.verdict.invariant}\n`);
    for (const [what, text] of Object.entries(seedFile.about ?? {})) {
      process.stdout.write(`  ${`${what}:`.padEnd(13)} ${text}\n`);
    }
  }
  return Promise.resolve(0);
}

function aboutOf({ about }: SeedFile, { cause, consequence, fix, commit }: CorpusAddOptions): About {
  const said = { ...about, ...(cause && { cause }), ...(consequence && { consequence }), ...(fix && { fix }) };
  const missing = (['cause', 'consequence', 'fix'] as const).filter((what) => !said[what]);
  if (missing.length > 0) {
    throw new UsageError(`say what is known of the bug: ${missing.map((what) => `--${what} TEXT`).join(' ')}`);
  }
  return { ...(said as About), ...(commit && { commit }) };
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 1;
}

function refuseKnown(file: string, seedFile: SeedFile, known: readonly CorpusFile[]): boolean {
  const cause = causeOfSeed(seedFile);
  const same = known.find((each) => each.cause.id === cause.id);
  if (same) refuse(`${file} has the cause of ${same.name}, ${cause.id}: ${cause.title}. It was not filed`);
  return same !== undefined;
}

/** How often a smaller kill has to fail again, one after the other: what fails now and then is no test. */
const STEADY_TIMES = 4;

/** The smaller case, unless it is one of kills that does not fail each time. */
async function steady(file: string, shrunk: SeedFile | undefined): Promise<SeedFile | undefined> {
  if (shrunk?.tier !== 'kill') return shrunk;
  const replays = await violatedBy(file, shrunk, { times: STEADY_TIMES, attempts: 1 });
  const isSteady = replays.every(({ invariants }) => invariants.includes(shrunk.verdict.invariant));
  if (!isSteady) process.stderr.write('the smaller case does not fail each time: the one that was given is filed\n');
  return isSteady ? shrunk : undefined;
}

/** A kill that could not be made smaller is filed as it is, if it fails. */
async function confirmed(file: string, seedFile: SeedFile, { attempts }: ShrinkLimits): Promise<SeedFile | undefined> {
  if (seedFile.tier === 'power') return undefined;
  const [{ invariants }] = await violatedBy(file, seedFile, { times: 1, attempts });
  return invariants.includes(seedFile.verdict.invariant) ? seedFile : undefined;
}

const MOST_WORDS = 3;

function nameOf({ mutants, tier, verdict, config }: SeedFile, { cause }: About, name: string | undefined): string {
  const words = cause.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const beginning = name ?? (mutants.length > 0 ? mutants.join('-') : words.slice(0, MOST_WORDS).join('-'));
  return [beginning, ...(tier === 'power' ? ['power'] : []), verdict.invariant, config.seed].join('-');
}

function isRecorded(seedFile: SeedFile): boolean {
  return seedFile.tier === 'power' && seedFile.source === 'recorded';
}
