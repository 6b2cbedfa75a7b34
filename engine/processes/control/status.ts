import { ExitCode, PROGRAM, refuseWithoutCluster, serverProgram, serverState, type ControlContext } from './control.js';

/** Exit code 0 with a server, 3 without, 4 without a cluster. */
export function status(context: ControlContext): number {
  const { terminal, dataDirectory } = context;
  const state = serverState(context);
  const refusal = refuseWithoutCluster(context, state);
  if (refusal !== undefined) return refusal;
  if (state.kind !== 'running') {
    terminal.out(`${PROGRAM}: no server running\n`);
    return ExitCode.notRunning;
  }
  const { pid, port, socketDirectory, listenAddress, status: word } = state.pid;
  terminal.out(`${PROGRAM}: server is running (PID: ${pid})\n`);
  terminal.out(`${serverProgram} postmaster -D ${dataDirectory}\n`);
  terminal.out(`port ${port}, socket directory "${socketDirectory}", listening on "${listenAddress}", ${word}\n`);
  return ExitCode.ok;
}
