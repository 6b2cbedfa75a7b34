import { PgError } from '../../base/errors.js';
import { Settings } from '../../base/settings/settings.js';
import { privateMemory } from '../../os/real-shared-memory.js';
import { createCluster } from '../../recovery/recovery.js';
import { SALT_BYTES, makeScramVerifier } from '../../sql/protocol/scram.js';
import { bootstrapCatalogs } from '../../sql/session.js';
import { SETTINGS_FILE, defaultSettingsText, readText, writeText } from '../settings-file.js';
import { SingleUser } from '../single-user.js';
import { ExitCode, PROGRAM, systemReason, type ControlContext } from './control.js';

export interface InitOptions {
  readonly superuser: string;
  /** File whose first line is the superuser's password; without one a password is made and printed. */
  readonly passwordFile?: string;
  readonly segmentBytes: number;
}

const PASSWORD_BYTES = 18;

/** Makes a cluster: files, catalogs, settings. What fails leaves nothing that starts. */
export function init(context: ControlContext, options: InitOptions): number {
  const { os, terminal, dataDirectory } = context;
  try {
    const given = options.passwordFile && readText(os.files, options.passwordFile).split(/\r?\n/)[0];
    const password = given || os.random.bytes(PASSWORD_BYTES).toString('base64url');
    terminal.out(`creating cluster in ${dataDirectory} ... `);
    createCluster(os, dataDirectory, { segmentBytes: options.segmentBytes });
    writeText(os.files, `${dataDirectory}/${SETTINGS_FILE}`, defaultSettingsText());
    const verifier = makeScramVerifier(password, os.random.bytes(SALT_BYTES));
    bootstrap(context, options.superuser, verifier);
    terminal.out('ok\n\n');
    if (!given) terminal.out(`Password of superuser "${options.superuser}", shown this once: ${password}\n`);
    terminal.out(`Success. You can now start the server:\n\n    ${PROGRAM} start -D ${dataDirectory}\n`);
    return ExitCode.ok;
  } catch (thrown) {
    terminal.error(`${PROGRAM}: ${thrown instanceof PgError ? thrown.message : systemReason(thrown)}`);
    if (thrown instanceof PgError && thrown.details.hint) terminal.error(`HINT:  ${thrown.details.hint}`);
    if (!(thrown instanceof PgError)) throw thrown;
    return ExitCode.failed;
  }
}

function bootstrap({ os, dataDirectory }: ControlContext, superuser: string, passwordVerifier: string): void {
  const settings = new Settings();
  settings.set('log_checkpoints', false, 'override');
  const single = SingleUser.open({ ...os, sharedMemory: privateMemory }, dataDirectory, { settings });
  bootstrapCatalogs(single.engine, { superuser, passwordVerifier });
  single.shutDown();
  os.files.fsyncDirectory(dataDirectory);
}
