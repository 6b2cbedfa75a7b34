import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** Half the memory and less start-up time matter more than peak speed of WebAssembly: Liftoff compiles only once. */
const ALWAYS = ['--liftoff-only'];

/**
 * Options of node for a server process that runs `program` (absolute path of main.js): from the start-up image beside it,
 * if there is one made by this version of Node. Its children are given the same options as it runs with itself.
 */
export function nodeOptions(program: string, { image }: { image: boolean } = { image: true }): string[] {
  const blob = `${dirname(program)}/${process.version}.blob`;
  return image && existsSync(blob) ? [...ALWAYS, '--snapshot-blob', blob] : ALWAYS;
}
