import { fileURLToPath } from 'node:url';
import { runProgram } from './program.js';

/** The server's program as a plain module, for when there is no start-up image or its classes are to be patched. */
await runProgram(process.argv.slice(2), fileURLToPath(import.meta.url));
