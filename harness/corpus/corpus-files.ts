import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { causeOf, type Cause } from '../results/cause.js';
import { readSeedFile, type SeedFile } from './seed-file.js';

export interface CorpusFile {
  /** In the corpus. */
  readonly name: string;
  readonly seedFile: SeedFile;
  readonly cause: Cause;
}

/** Every seed file of a directory, by name. Raises a usage error for one that cannot be read. */
export function corpusFiles(directory: string): CorpusFile[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const seedFile = readSeedFile(join(directory, name));
    return { name, seedFile, cause: causeOfSeed(seedFile) };
  });
}

export function causeOfSeed({ tier, mutants, verdict }: SeedFile): Cause {
  return causeOf({ tier, mutants, violation: verdict });
}
