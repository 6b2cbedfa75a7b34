import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isOwnInvariant } from '../oracles/oracle.js';
import { readablePath } from '../results/readable-path.js';
import { allWorkloads } from '../workloads/workload-table.js';
import type { Extension } from './extension.js';
import { addExtension, isLoaded, ownActions } from './loaded.js';

/**
 * Loads extension modules: file URLs, or paths from the working directory. They take part in all campaigns of this process from
 * then on. One that is loaded is not loaded again. Rejects with what is wrong with a module.
 */
export async function loadExtensions(modules: readonly string[]): Promise<void> {
  for (const module of modules) await load(extensionPath(module));
}

/** As a seed file names them. */
export function extensionsOf(modules: readonly string[] = []): { extensions?: string[] } {
  return modules.length === 0 ? {} : { extensions: modules.map((module) => readablePath(extensionPath(module))) };
}

/** Absolute. */
export function extensionPath(module: string): string {
  return module.startsWith('file:') ? fileURLToPath(module) : path.resolve(module);
}

async function load(file: string): Promise<void> {
  if (isLoaded(file)) return;
  const { extension } = (await import(pathToFileURL(file).href)) as { extension?: Extension };
  if (!extension) throw new Error(`${file} exports no "extension"`);
  for (const { name } of extension.workloads ?? []) refuseName(file, 'workload', name, allWorkloads());
  for (const { name } of extension.actions ?? []) refuseName(file, 'action', name, ownActions());
  for (const { invariant } of extension.oracles ?? []) {
    if (!isOwnInvariant(invariant)) throw new Error(`${file}: invariant "${invariant}" is not like own:no-job-twice`);
  }
  addExtension(file, extension);
}

/** Throws for one that cannot stand in seed files, or is taken. */
function refuseName(file: string, what: string, name: string, known: readonly { readonly name: string }[]): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new Error(`${file}: ${what} "${name}": use small letters, digits and hyphens`);
  }
  if (known.some((each) => each.name === name)) throw new Error(`${file}: there is a ${what} "${name}" already`);
}
