import { fileURLToPath } from 'node:url';
import { nodeOptions } from '../../../engine/os/node-options.js';

/** What runs inside the server's processes, bundled. */
export const BUNDLE = new URL('../../../server/', import.meta.url);
const MAIN = fileURLToPath(new URL('engine/processes/main.js', BUNDLE));

/**
 * Words after `node` that start an engine with the given words of its own. Without the start-up image the server runs the
 * plain modules, whose classes a preloaded library can patch.
 */
export function serverCommand(words: readonly string[], options: { image: boolean }): string[] {
  return [...nodeOptions(MAIN, options), MAIN, ...words];
}
