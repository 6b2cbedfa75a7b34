import { PgError, fatal } from '../../base/errors.js';
import { Settings } from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
import { openServerOs } from '../../os/real-server-os.js';
import { Postmaster } from '../postmaster.js';
import { processTitle } from '../process-table.js';
import { ServerLog } from '../server-log.js';
import { setUpPostmaster, type PostmasterOptions } from './setup.js';

const EXIT_FAILED = 1;

/** `-D DIR [-p PORT] [-c name=value]...`: runs a postmaster in this process until it has shut down, then exits. */
export async function runPostmaster(words: readonly string[], program: string): Promise<void> {
  const os = openServerOs();
  const settings = new Settings();
  const log = new ServerLog(os, settings);
  try {
    const setup = await setUpPostmaster(os, { ...parseWords(words), program }, log, settings);
    os.processes.setTitle(processTitle(settings.get('cluster_name'), `postmaster -D ${setup.dataDirectory}`));
    log.log('starting Crashwright, compatible with PostgreSQL 15');
    const exitCode = await new Postmaster(setup).run();
    setup.removePidFile();
    os.processes.exit(exitCode);
  } catch (thrown) {
    log.error(thrown);
    if (!(thrown instanceof PgError)) throw thrown;
    os.processes.exit(EXIT_FAILED);
  }
}

function parseWords(words: readonly string[]): Pick<PostmasterOptions, 'dataDirectory' | 'assignments'> {
  let dataDirectory: string | undefined;
  const assignments: string[] = [];
  for (let index = 0; index + 1 < words.length; index += 2) {
    const [option, value] = [words[index], words[index + 1]];
    if (option === '-D') dataDirectory = value;
    else if (option === '-p') assignments.push(`port=${value}`);
    else if (option === '-c') assignments.push(value);
    else throw fatal(SqlState.syntaxError, `invalid argument: "${option}"`);
  }
  if (!dataDirectory?.startsWith('/'))
    throw fatal(SqlState.syntaxError, '-D needs the absolute path of a data directory');
  return { dataDirectory, assignments };
}
