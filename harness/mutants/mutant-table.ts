import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../cli/usage-error.js';
import type { Mutant, MutantModule } from './mutant.js';

/** `w1-page-before-wal.js`: a mutant's file name begins with its id. */
const MUTANT_FILE = /^([a-z]\d+)-.*(?<!\.test)\.js$/;
const HERE = fileURLToPath(new URL('.', import.meta.url));

export interface MutantFile {
  readonly id: string;
  readonly module: string;
}

export function mutantFiles(): MutantFile[] {
  return readdirSync(HERE)
    .flatMap((name) => {
      const id = MUTANT_FILE.exec(name)?.[1].toUpperCase();
      return id ? [{ id, module: HERE + name }] : [];
    })
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** The modules of those mutants; throws for an id that has none. */
export function mutantsNamed(ids: readonly string[]): MutantFile[] {
  const files = mutantFiles();
  return ids.map((id) => {
    const found = files.find((file) => file.id === id.toUpperCase());
    if (!found) throw new UsageError(`no mutant "${id}"; there are ${files.map((file) => file.id).join(', ')}`);
    return found;
  });
}

export async function loadMutant({ module }: MutantFile): Promise<Mutant> {
  return ((await import(module)) as MutantModule).mutant;
}
