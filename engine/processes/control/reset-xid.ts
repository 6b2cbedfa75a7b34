import { PgError } from '../../base/errors.js';
import { formatLsn } from '../../base/lsn.js';
import { epochOf, xidOf } from '../../base/xid.js';
import { resetXid, type XidReset } from '../../recovery/recovery.js';
import { lockDataDirectory } from '../postmaster/data-directory.js';
import { PID_FILE } from '../postmaster/pid-file.js';
import { ExitCode, PROGRAM, refuseWithoutCluster, serverState, type ControlContext } from './control.js';

/** Makes a stopped cluster go on at another transaction id: `pg_resetwal -x -e -u`. */
export function resetTransactionId(context: ControlContext, wanted: XidReset): number {
  const { os, terminal, dataDirectory } = context;
  const refusal = refuseWithoutCluster(context, serverState(context));
  if (refusal !== undefined) return refusal;
  try {
    const lock = lockDataDirectory(os.files, dataDirectory, `${dataDirectory}/${PID_FILE}`);
    const { checkPoint, checkPointCopy } = resetXid(os, dataDirectory, wanted);
    os.files.close(lock);
    const { nextXid, oldestXid } = checkPointCopy;
    terminal.out(
      `next transaction ID is ${epochOf(nextXid)}:${xidOf(nextXid)}, the oldest unfrozen one ${oldestXid}\n`,
    );
    terminal.out(`write-ahead log begins at ${formatLsn(checkPoint)}\n`);
    return ExitCode.ok;
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    terminal.error(`${PROGRAM}: ${thrown.message}`);
    if (thrown.details.hint) terminal.error(`HINT:  ${thrown.details.hint}`);
    return ExitCode.failed;
  }
}
