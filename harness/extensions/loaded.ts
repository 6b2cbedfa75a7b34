import type { Workload } from '../workloads/workload.js';
import type { Extension, OwnAction, OwnOracle, OwnTarget } from './extension.js';

/** The extensions of this thread, by the path of their module. The only state of the harness that is not an object's. */
const loaded = new Map<string, Extension>();

export function isLoaded(file: string): boolean {
  return loaded.has(file);
}

/** From now on it takes part in whatever this thread does. */
export function addExtension(file: string, extension: Extension): void {
  loaded.set(file, extension);
}

/** Takes no more part. */
export function removeExtension(file: string): void {
  loaded.delete(file);
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
