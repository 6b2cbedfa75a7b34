import { fileURLToPath } from 'node:url';
import { errnoOf } from '../../base/errors.js';
import type { ServerOs } from '../../os/server-os.js';
import { PID_FILE, readPidFile, type PidFile } from '../postmaster/pid-file.js';

/** How a control command talks to whoever started it. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
}

export interface ControlContext {
  readonly os: ServerOs;
  readonly terminal: Terminal;
  /** Absolute. */
  readonly dataDirectory: string;
}

/** pg_ctl's exit codes. */
export const ExitCode = { ok: 0, failed: 1, usage: 2, notRunning: 3, noDataDirectory: 4 } as const;

export const PROGRAM = 'crashwright engine';
/** The program every server process runs: processes/main.ts in a few files, which load in a third of the time. */
export const serverProgram = fileURLToPath(new URL('../../../server/engine/processes/main.js', import.meta.url));

const POLL_MS = 10;
const DOT_MS = 1000;

/** What there is in a data directory: no cluster, an idle one, a server, or only children of one that died. */
export type ServerState =
  | { readonly kind: 'no directory' | 'no cluster' | 'stopped' | 'orphans' }
  | { readonly kind: 'running'; readonly pid: PidFile };

/** The lock on the directory tells the truth; postmaster.pid only says who. */
export function serverState({ os, dataDirectory }: ControlContext): ServerState {
  if (!os.files.stat(dataDirectory)) return { kind: 'no directory' };
  if (!os.files.stat(`${dataDirectory}/PG_VERSION`)) return { kind: 'no cluster' };
  if (!isLocked({ os, dataDirectory })) return { kind: 'stopped' };
  const pid = readPidFile(os.files, `${dataDirectory}/${PID_FILE}`);
  return pid && os.processes.isAlive(pid.pid) ? { kind: 'running', pid } : { kind: 'orphans' };
}

function isLocked({ os: { files }, dataDirectory }: Pick<ControlContext, 'os' | 'dataDirectory'>): boolean {
  const fd = files.open(dataDirectory, 'read');
  try {
    return !files.tryLock(fd);
  } finally {
    files.close(fd);
  }
}

/** Says why there is nothing to control; undefined when there is a cluster. */
export function refuseWithoutCluster(context: ControlContext, state: ServerState): number | undefined {
  const { terminal, dataDirectory } = context;
  if (state.kind === 'no directory') terminal.error(`${PROGRAM}: directory "${dataDirectory}" does not exist`);
  else if (state.kind === 'no cluster') {
    terminal.error(`${PROGRAM}: directory "${dataDirectory}" is not a database cluster directory`);
  } else return undefined;
  return ExitCode.noDataDirectory;
}

/** Asks again and again, printing a dot each second; false when the time is over. */
export async function waitUntil(
  { os, terminal }: ControlContext,
  isReached: () => boolean,
  timeoutSeconds: number,
): Promise<boolean> {
  const begin = os.clock.monotonic();
  let dots = 0;
  while (!isReached()) {
    const elapsedMs = os.clock.monotonic() - begin;
    if (elapsedMs > timeoutSeconds * 1000) return false;
    if (elapsedMs > dots * DOT_MS) {
      terminal.out('.');
      dots++;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** For the start of `terminal.error` lines about system calls. */
export function systemReason(thrown: unknown): string {
  return errnoOf(thrown) ?? (thrown as Error).message;
}
