import type { ProcessType } from './process-table.js';
import type { ChildArguments } from './server-process.js';

/**
 * What every process of a server runs.
 *
 *   postmaster -D DIR [-p PORT] [-c name=value]...   the server, in the foreground
 *   <type> <JSON>                                    a child, see ChildArguments; started by the postmaster only
 *
 * `program`: absolute path of main.js, for the postmaster to start its children with.
 */
export async function runProgram([type, ...rest]: readonly string[], program: string): Promise<void> {
  if (type === 'postmaster') {
    const { runPostmaster } = await import('./postmaster/command-line.js');
    await runPostmaster(rest, program);
  } else {
    const { runChild } = await import('./child.js');
    await runChild(type as ProcessType, JSON.parse(rest[0]) as ChildArguments);
  }
}
