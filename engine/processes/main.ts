import { fileURLToPath } from 'node:url';
import type { ProcessType } from './process-table.js';
import type { ChildArguments } from './server-process.js';

/**
 * The one program all processes of a server run.
 *
 *   main.js postmaster -D DIR [-p PORT] [-c name=value]...   the server, in the foreground
 *   main.js <type> <JSON>                                    a child, see ChildArguments; started by the postmaster only
 */
const [type, ...rest] = process.argv.slice(2);

if (type === 'postmaster') {
  const { runPostmaster } = await import('./postmaster/command-line.js');
  await runPostmaster(rest, fileURLToPath(import.meta.url));
} else {
  const { runChild } = await import('./child.js');
  await runChild(type as ProcessType, JSON.parse(rest[0]) as ChildArguments);
}
