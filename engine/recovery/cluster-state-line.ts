import { formatTime } from '../base/civil-time.js';
import type { ControlFileData } from './control-file-format.js';
import type { RecoveryLog } from './log.js';

const CORRUPTION_HINT =
  'This probably means that some data is corrupted and you will have to use the last backup for recovery.';
const REPEATED_HINT =
  'If this has occurred more than once some data might be corrupted and you might need to choose an earlier recovery target.';

/** Says how the cluster was left (StartupXLOG). */
export function logClusterState(control: ControlFileData, log: RecoveryLog): void {
  const at = formatTime(control.time);
  switch (control.state) {
    case 'shut down':
      return log.log(`database system was shut down at ${at}`);
    case 'shut down in recovery':
      return log.log(`database system was shut down in recovery at ${at}`);
    case 'shutting down':
      return log.log(`database system shutdown was interrupted; last known up at ${at}`);
    case 'in crash recovery':
      return log.log(`database system was interrupted while in recovery at ${at}`, CORRUPTION_HINT);
    case 'in archive recovery':
      return log.log(
        `database system was interrupted while in recovery at log time ${formatTime(control.checkPointCopy.time)}`,
        REPEATED_HINT,
      );
    default:
      return log.log(`database system was interrupted; last known up at ${at}`);
  }
}
