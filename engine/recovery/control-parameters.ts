import type { Settings } from '../base/settings/settings.js';
import { WalLevel, type ControlParameters } from './control-file-format.js';

/** What pg_control keeps of the settings; those the engine does not have are at PostgreSQL's defaults. */
export function controlParameters(settings: Settings): ControlParameters {
  return {
    walLevel: WalLevel.replica,
    walLogHints: false,
    maxConnections: settings.get('max_connections'),
    maxWorkerProcesses: 8,
    maxWalSenders: 10,
    maxPreparedTransactions: settings.get('max_prepared_transactions'),
    maxLocksPerTransaction: settings.get('max_locks_per_transaction'),
    trackCommitTimestamp: false,
  };
}

export function sameParameters(a: ControlParameters, b: ControlParameters): boolean {
  return (Object.keys(a) as (keyof ControlParameters)[]).every((name) => a[name] === b[name]);
}
