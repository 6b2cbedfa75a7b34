import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { xid, type Xid } from '../../../engine/base/xid.js';
import { openServerOs } from '../../../engine/os/real-server-os.js';
import { ExitCode, type ControlContext } from '../../../engine/processes/control/control.js';

const MEGABYTE = 1024 ** 2;
const LAST_XID = 2 ** 32 - 1;
const DEFAULT_TIMEOUT_SECONDS = 60;

/** Adds `engine init|start|stop|restart|reload|status|single|reset-xid`: pg_ctl, initdb, pg_resetwal for the embedded server. */
export function addEngineCommands(program: Command): void {
  const engine = program.command('engine').description('the embedded database server').showHelpAfterError();
  addInit(engine);
  addStart(engine);
  addStop(engine);
  addRestart(engine);
  addPlain(engine);
  addSingle(engine);
  addResetXid(engine);
}

type Parent = Command<[], Record<string, never>, Record<string, never>>;

const dataOption = new Option('-D, --pgdata <directory>', 'data directory').env('PGDATA').makeOptionMandatory();
const portOption = new Option('-p, --port <port>', 'port to listen on').argParser(wholeNumber);
const settingOption = new Option('-c, --set <name=value...>', 'setting for this run of the server').default(
  [] as string[],
);
const logOption = new Option(
  '-l, --log <file>',
  "file for the server's output (default: log/server.log in the data directory)",
);
const modeOption = new Option('-m, --mode <mode>', 'how to shut down')
  .choices(['smart', 'fast', 'immediate'] as const)
  .default('fast' as const);
const timeoutOption = new Option('-t, --timeout <seconds>', 'how long to wait')
  .argParser(wholeNumber)
  .default(DEFAULT_TIMEOUT_SECONDS);
const noWaitOption = new Option('-W, --no-wait', 'return at once');

function addInit(engine: Parent): void {
  engine
    .command('init')
    .description('make a new cluster')
    .addOption(dataOption)
    .option('-U, --username <name>', 'the superuser', 'postgres')
    .option('--pwfile <file>', "file with the superuser's password; without it one is made and printed")
    .option('--wal-segsize <megabytes>', 'size of WAL segments', segmentMegabytes, 16)
    .action(async ({ pgdata, username, pwfile, walSegsize }) => {
      const { init } = await import('../../../engine/processes/control/init.js');
      const passwordFile = pwfile === undefined ? undefined : resolve(pwfile);
      process.exitCode = init(at(pgdata), { superuser: username, passwordFile, segmentBytes: walSegsize * MEGABYTE });
    });
}

function addStart(engine: Parent): void {
  engine
    .command('start')
    .description('start the server in the background')
    .addOption(dataOption)
    .addOption(portOption)
    .addOption(settingOption)
    .addOption(logOption)
    .addOption(noWaitOption)
    .addOption(timeoutOption)
    .action(async (options) => {
      process.exitCode = await startServer(options);
    });
}

function addStop(engine: Parent): void {
  engine
    .command('stop')
    .description('shut the server down')
    .addOption(dataOption)
    .addOption(modeOption)
    .addOption(noWaitOption)
    .addOption(timeoutOption)
    .action(async ({ pgdata, mode, wait, timeout }) => {
      const { stop } = await import('../../../engine/processes/control/stop.js');
      process.exitCode = await stop(at(pgdata), { mode, wait, timeoutSeconds: timeout });
    });
}

function addRestart(engine: Parent): void {
  engine
    .command('restart')
    .description('stop the server if it runs, and start it')
    .addOption(dataOption)
    .addOption(portOption)
    .addOption(settingOption)
    .addOption(logOption)
    .addOption(modeOption)
    .addOption(timeoutOption)
    .action(async (options) => {
      const { stop } = await import('../../../engine/processes/control/stop.js');
      const { serverState } = await import('../../../engine/processes/control/control.js');
      const context = at(options.pgdata);
      const stopping = { mode: options.mode, wait: true, timeoutSeconds: options.timeout };
      const stopped = serverState(context).kind === 'running' ? await stop(context, stopping) : ExitCode.ok;
      process.exitCode = stopped === ExitCode.ok ? await startServer({ ...options, wait: true }) : stopped;
    });
}

function addPlain(engine: Parent): void {
  engine
    .command('status')
    .description('say whether a server runs: exit code 0 if so, 3 if not, 4 without a cluster')
    .addOption(dataOption)
    .action(async ({ pgdata }) => {
      process.exitCode = (await import('../../../engine/processes/control/status.js')).status(at(pgdata));
    });
  engine
    .command('reload')
    .description('make the server read its settings file again')
    .addOption(dataOption)
    .action(async ({ pgdata }) => {
      process.exitCode = (await import('../../../engine/processes/control/stop.js')).reload(at(pgdata));
    });
}

function addSingle(engine: Parent): void {
  engine
    .command('single')
    .description('run SQL in one process, without a server')
    .argument('[database]', 'database', 'postgres')
    .addOption(dataOption)
    .addOption(settingOption)
    .option('-U, --username <name>', 'the role', 'postgres')
    .option('--command <sql>', 'what to run (default: standard input)')
    .action(async (database, { pgdata, set, username, command }) => {
      const { single } = await import('../../../engine/processes/control/single.js');
      const context = at(pgdata);
      const sql = command ?? context.os.host.readStandardInput();
      process.exitCode = await single(context, { database, role: username, sql, assignments: set });
    });
}

function addResetXid(engine: Parent): void {
  engine
    .command('reset-xid')
    .description('make a stopped cluster go on at another transaction ID')
    .addOption(dataOption)
    .addOption(new Option('-x, --next-xid <xid>', 'the next transaction ID').argParser(xidOf).makeOptionMandatory())
    .addOption(new Option('-e, --epoch <epoch>', 'its epoch (default: the first it can have)').argParser(wholeNumber))
    .addOption(new Option('-u, --oldest-xid <xid>', 'the oldest unfrozen transaction ID').argParser(xidOf))
    .option('-f, --force', 'even if data might be lost', false)
    .action(async ({ pgdata, nextXid, epoch, oldestXid, force }) => {
      const { resetTransactionId } = await import('../../../engine/processes/control/reset-xid.js');
      process.exitCode = resetTransactionId(at(pgdata), { nextXid, epoch, oldestXid, isForced: force });
    });
}

interface StartWords {
  readonly pgdata: string;
  readonly port?: number | undefined;
  readonly set: string[];
  readonly log?: string | undefined;
  readonly wait: boolean;
  readonly timeout: number;
}

async function startServer({ pgdata, port, set, log, wait, timeout }: StartWords): Promise<number> {
  const { start } = await import('../../../engine/processes/control/start.js');
  const logFile = log === undefined ? undefined : resolve(log);
  return start(at(pgdata), { port, assignments: set, logFile, wait, timeoutSeconds: timeout });
}

function at(directory: string): ControlContext {
  const terminal = {
    out: (text: string) => void process.stdout.write(text),
    error: (text: string) => void process.stderr.write(`${text}\n`),
  };
  return { os: openServerOs(), terminal, dataDirectory: resolve(directory) };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function xidOf(text: string): Xid {
  const value = wholeNumber(text);
  if (value > LAST_XID) throw new InvalidArgumentError('It must be below 2^32.');
  return xid(value);
}

function segmentMegabytes(text: string): number {
  const value = wholeNumber(text);
  const isPowerOfTwo = (value & (value - 1)) === 0;
  if (!isPowerOfTwo || value < 1 || value > 1024)
    throw new InvalidArgumentError('It must be a power of two between 1 and 1024.');
  return value;
}
