import { PgError } from '../../base/errors.js';
import { Settings } from '../../base/settings/settings.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import type { Session } from '../../sql/session.js';
import { types } from '../../sql/types/type-table.js';
import { lockDataDirectory } from '../postmaster/data-directory.js';
import { PID_FILE } from '../postmaster/pid-file.js';
import { ServerLog } from '../server-log.js';
import { SETTINGS_FILE, applyCommandLine, loadSettingsFile } from '../settings-file.js';
import { SingleUser, loadParser } from '../single-user.js';
import { ExitCode, refuseWithoutCluster, serverState, type ControlContext } from './control.js';

export interface SingleOptions {
  readonly database: string;
  readonly role: string;
  readonly sql: string;
  readonly assignments: readonly string[];
}

/** Runs SQL in this process alone, without a server, and shuts the cluster down properly. */
export async function single(context: ControlContext, options: SingleOptions): Promise<number> {
  const { os, terminal, dataDirectory } = context;
  const refusal = refuseWithoutCluster(context, serverState(context));
  if (refusal !== undefined) return refusal;
  const settings = new Settings();
  const log = new ServerLog(os, settings);
  try {
    const lock = lockDataDirectory(os.files, dataDirectory, `${dataDirectory}/${PID_FILE}`);
    loadSettingsFile(os.files, `${dataDirectory}/${SETTINGS_FILE}`, settings);
    applyCommandLine(settings, options.assignments);
    await loadParser();
    const engine = SingleUser.open({ ...os, sharedMemory: privateMemory }, dataDirectory, {
      settings,
      notice: log.notice,
    });
    const session = engine.session(options.database, options.role, { notice: log.notice });
    const isDone = run(session, options.sql, terminal.out);
    session.close();
    engine.shutDown();
    os.files.close(lock);
    return isDone ? ExitCode.ok : ExitCode.failed;
  } catch (thrown) {
    log.error(thrown);
    if (!(thrown instanceof PgError)) throw thrown;
    return ExitCode.failed;
  }

  /** Prints rows as psql does unaligned; false after an error. */
  function run(session: Session, sql: string, out: (text: string) => void): boolean {
    try {
      let output: ((value: unknown) => string)[] = [];
      const environment = session.textEnvironment();
      for (const event of session.simpleQuery(sql)) {
        if (event.kind === 'columns') {
          output = event.columns.map(
            ({ typeOid }) =>
              (value) =>
                types.byOid(typeOid).output(value, environment),
          );
          out(`${event.columns.map(({ name }) => name).join('|')}\n`);
        } else if (event.kind === 'row') {
          out(`${event.values.map((value, index) => (value === null ? '' : output[index](value))).join('|')}\n`);
        } else if (event.kind === 'complete') out(`${event.tag}\n`);
      }
      return true;
    } catch (thrown) {
      const told = session.failed(thrown);
      if (told.severity === 'PANIC') throw told; // no shutdown: the next start recovers
      log.error(told);
      return false;
    }
  }
}
