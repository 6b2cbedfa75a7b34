import type { ServerOs } from '../../os/server-os.js';
import { PID_FILE, readPidFile } from '../postmaster/pid-file.js';
import { readText } from '../settings-file.js';
import {
  ExitCode,
  PROGRAM,
  refuseWithoutCluster,
  serverProgram,
  serverState,
  waitUntil,
  type ControlContext,
} from './control.js';

export interface StartOptions {
  readonly port?: number;
  /** `name=value`. */
  readonly assignments: readonly string[];
  /** Where the server's output goes; default `log/server.log` in the data directory. */
  readonly logFile?: string;
  readonly wait: boolean;
  readonly timeoutSeconds: number;
}

/** Starts a server that outlives us. */
export async function start(context: ControlContext, options: StartOptions): Promise<number> {
  const { os, terminal, dataDirectory } = context;
  const state = serverState(context);
  const refusal = refuseWithoutCluster(context, state);
  if (refusal !== undefined) return refusal;
  if (state.kind !== 'stopped') {
    terminal.error(`${PROGRAM}: another server might be running; trying to start server anyway`);
  }
  const logFile = options.logFile ?? defaultLogFile(os, dataDirectory);
  const logStart = os.files.stat(logFile)?.bytes ?? 0;
  const log = os.host.openAppend(logFile);
  const child = os.children.spawnDetached(
    serverProgram,
    serverWords(dataDirectory, options),
    'postgres: postmaster',
    log,
  );
  os.files.close(log);
  let hasEnded = false;
  child.onEnd(() => (hasEnded = true));
  child.release();
  if (!options.wait) return ExitCode.ok;
  const pidPath = `${dataDirectory}/${PID_FILE}`;
  const isReady = (): boolean => {
    const pid = readPidFile(os.files, pidPath);
    return pid?.pid === child.pid && pid.status === 'ready';
  };
  terminal.out('waiting for server to start...');
  const isDecided = await waitUntil(context, () => hasEnded || isReady(), options.timeoutSeconds);
  if (isDecided && !hasEnded) {
    terminal.out(' done\nserver started\n');
    return ExitCode.ok;
  }
  terminal.out(hasEnded ? ' stopped waiting\n' : ' failed\n');
  terminal.error(hasEnded ? `${PROGRAM}: could not start server` : `${PROGRAM}: server did not start in time`);
  terminal.error(`Examine the log output in "${logFile}":`);
  terminal.error(readText(os.files, logFile).slice(logStart).trimEnd());
  return ExitCode.failed;
}

/** The words of a postmaster's command line. */
export function serverWords(
  dataDirectory: string,
  { port, assignments }: Pick<StartOptions, 'port' | 'assignments'>,
): string[] {
  const settings = assignments.flatMap((assignment) => ['-c', assignment]);
  return ['postmaster', '-D', dataDirectory, ...(port === undefined ? [] : ['-p', String(port)]), ...settings];
}

function defaultLogFile({ files }: ServerOs, dataDirectory: string): string {
  const directory = `${dataDirectory}/log`;
  if (!files.stat(directory)) files.mkdir(directory);
  return `${directory}/server.log`;
}
