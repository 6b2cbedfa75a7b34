import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../../engine/os/child-environment.js';
import { nodeOptions } from '../../../engine/os/node-options.js';

/** What runs inside the server's processes, bundled. */
export const BUNDLE = new URL('../../../server/', import.meta.url);
const MAIN = fileURLToPath(new URL('engine/processes/main.js', BUNDLE));

export interface ServerOptions {
  readonly stdio: StdioOptions;
  /** Without it the server runs the plain modules, whose classes a preloaded library can patch. */
  readonly image: boolean;
  /** What is added to this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts an engine with the given words of its own. */
export function spawnServer(words: readonly string[], { stdio, image, env }: ServerOptions): ChildProcess {
  const args = [...nodeOptions(MAIN, { image }), MAIN, ...words];
  return spawn(process.execPath, args, { stdio, env: { ...childEnvironment(), ...env } });
}
