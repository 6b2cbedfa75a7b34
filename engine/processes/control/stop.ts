import type { SignalName } from '../../os/os.js';
import { PID_FILE } from '../postmaster/pid-file.js';
import { ExitCode, PROGRAM, refuseWithoutCluster, serverState, waitUntil, type ControlContext } from './control.js';

export type ShutdownMode = 'smart' | 'fast' | 'immediate';

const SIGNALS: Record<ShutdownMode, SignalName> = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' };

export interface StopOptions {
  readonly mode: ShutdownMode;
  readonly wait: boolean;
  readonly timeoutSeconds: number;
}

export async function stop(context: ControlContext, { mode, wait, timeoutSeconds }: StopOptions): Promise<number> {
  const { os, terminal } = context;
  const pid = runningServer(context);
  if (typeof pid === 'object') return pid.exitCode;
  os.processes.signal(pid, SIGNALS[mode]);
  if (!wait) {
    terminal.out('server shutting down\n');
    return ExitCode.ok;
  }
  terminal.out('waiting for server to shut down...');
  const hasStopped = await waitUntil(context, () => serverState(context).kind === 'stopped', timeoutSeconds);
  terminal.out(hasStopped ? ' done\nserver stopped\n' : ' failed\n');
  if (hasStopped) return ExitCode.ok;
  terminal.error(`${PROGRAM}: server does not shut down`);
  if (mode === 'smart') {
    terminal.error(
      'The "-m fast" option immediately disconnects sessions rather than\nwaiting for session-initiated disconnection.',
    );
  }
  return ExitCode.failed;
}

/** Makes the server read its settings again. */
export function reload(context: ControlContext): number {
  const pid = runningServer(context);
  if (typeof pid === 'object') return pid.exitCode;
  context.os.processes.signal(pid, 'SIGHUP');
  context.terminal.out('server signaled\n');
  return ExitCode.ok;
}

/** The server's pid, or the exit code after having said that there is none. */
function runningServer(context: ControlContext): number | { exitCode: number } {
  const { terminal, dataDirectory } = context;
  const state = serverState(context);
  if (state.kind === 'running') return state.pid.pid;
  if (refuseWithoutCluster(context, state) === undefined) {
    terminal.error(
      state.kind === 'orphans'
        ? `${PROGRAM}: the server in "${dataDirectory}" is gone, but processes of it are still attached`
        : `${PROGRAM}: PID file "${dataDirectory}/${PID_FILE}" does not exist\nIs server running?`,
    );
  }
  return { exitCode: ExitCode.failed };
}
