import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readablePath } from '../results/readable-path.js';
import type { Workload } from '../workloads/workload.js';
import type { Extension, OwnAction, OwnOracle, OwnTarget } from './extension.js';

/** The extensions of this thread, by the path of their module. The only state of the harness that is not an object's. */
const loaded = new Map<string, Extension>();

/**
 * Loads extension modules: file URLs, or paths from the working directory. One that is loaded is not loaded again. Rejects with
 * what is wrong with a module.
 */
export async function loadExtensions(modules: readonly string[]): Promise<void> {
  for (const module of modules) await load(extensionPath(module));
}

/** Absolute. */
export function extensionPath(module: string): string {
  return module.startsWith('file:') ? fileURLToPath(module) : path.resolve(module);
}

/** As a seed file names them. */
export function extensionsOf(modules: readonly string[] = []): { extensions?: string[] } {
  return modules.length === 0 ? {} : { extensions: modules.map((module) => readablePath(extensionPath(module))) };
}

async function load(file: string): Promise<void> {
  if (loaded.has(file)) return;
  const { extension } = (await import(pathToFileURL(file).href)) as { extension?: Extension };
  if (!extension) throw new Error(`${file} exports no "extension"`);
  for (const { name } of extension.workloads ?? []) refuseKnown(file, 'workload', name, ownWorkloads());
  for (const { name } of extension.actions ?? []) refuseKnown(file, 'action', name, ownActions());
  for (const { invariant } of extension.oracles ?? []) {
    if (!/^own:[a-z0-9-]+$/.test(invariant))
      throw new Error(`${file}: invariant "${invariant}" is not like own:no-job-twice`);
  }
  loaded.set(file, extension);
}

function refuseKnown(file: string, what: string, name: string, known: readonly { readonly name: string }[]): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new Error(`${file}: ${what} "${name}": use small letters, digits and hyphens`);
  if (known.some((each) => each.name === name)) throw new Error(`${file}: there is a ${what} "${name}" already`);
}

function all<T>(of: (extension: Extension) => readonly T[] | undefined): T[] {
  return [...loaded.values()].flatMap((extension) => of(extension) ?? []);
}

export function ownWorkloads(): Workload[] {
  return all(({ workloads }) => workloads);
}

export function ownOracles(): OwnOracle[] {
  return all(({ oracles }) => oracles);
}

export function ownActions(): OwnAction[] {
  return all(({ actions }) => actions);
}

export function actionNamed(name: string): OwnAction {
  const found = ownActions().find((action) => action.name === name);
  if (!found) throw new Error(`no action "${name}": is the extension loaded that has it?`);
  return found;
}

export function ownTargets(): OwnTarget[] {
  return all(({ targets }) => targets);
}
