import { fatal } from '../base/errors.js';
import type { Settings } from '../base/settings/settings.js';
import { SqlState } from '../base/sqlstate.js';
import { WalLevel, type ControlParameters } from './control-file-format.js';

/** What pg_control keeps of the settings; those the engine does not have are at PostgreSQL's defaults. */
export function controlParameters(settings: Settings): ControlParameters {
  return {
    walLevel: WalLevel[settings.get('wal_level') as keyof typeof WalLevel],
    walLogHints: false,
    maxConnections: settings.get('max_connections'),
    maxWorkerProcesses: 8,
    maxWalSenders: settings.get('max_wal_senders'),
    maxPreparedTransactions: settings.get('max_prepared_transactions'),
    maxLocksPerTransaction: settings.get('max_locks_per_transaction'),
    trackCommitTimestamp: false,
  };
}

/** Raises FATAL when the settings do not go together. */
export function checkParameters(settings: Settings): void {
  if (settings.get('wal_level') !== 'minimal' || settings.get('max_wal_senders') === 0) return;
  throw fatal(SqlState.internalError, 'WAL streaming (max_wal_senders > 0) requires wal_level "replica" or "logical"');
}

export function sameParameters(a: ControlParameters, b: ControlParameters): boolean {
  return (Object.keys(a) as (keyof ControlParameters)[]).every((name) => a[name] === b[name]);
}
