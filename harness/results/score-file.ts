import * as fs from 'node:fs';
import * as path from 'node:path';
import * as v from 'valibot';
import { parseResult } from './parse-result.js';
import { WORKING_TIERS } from './tier.js';

const FILE = 'score.json';

/** How the hunt for one known bug went. */
const mutantScore = v.object({
  id: v.string(),
  title: v.string(),
  precedent: v.string(),
  detected: v.boolean(),
  /** What caught it; empty when nothing did. */
  invariant: v.string(),
  tier: v.picklist(WORKING_TIERS),
  ms: v.number(),
  /** Kill cycles, or simulated runs. */
  cycles: v.number(),
  /** Disks recovered and checked; 0 in the kill tier. */
  crashStates: v.number(),
  seedFile: v.string(),
});

export type MutantScore = Readonly<v.InferOutput<typeof mutantScore>>;

/** Puts the score among the results of a run. */
export function writeScore(directory: string, score: readonly MutantScore[]): void {
  fs.writeFileSync(path.join(directory, FILE), `${JSON.stringify(score, null, 2)}\n`);
}

/** Undefined where no known bugs were hunted. Raises a usage error where it cannot be read. */
export function readScore(directory: string): MutantScore[] | undefined {
  const file = path.join(directory, FILE);
  return fs.existsSync(file) ? parseResult(v.array(mutantScore), file, fs.readFileSync(file, 'utf8')) : undefined;
}
