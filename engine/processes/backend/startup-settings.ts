import { fatal } from '../../base/errors.js';
import { findSetting, settingDefinition, type Settings } from '../../base/settings/settings.js';
import { settingsTable, type SettingName } from '../../base/settings/settings-table.js';
import { SqlState } from '../../base/sqlstate.js';
import type { SessionIdentity } from '../../sql/session.js';
import { findTimeZone } from '../../sql/types/datetime/zone.js';

const UTF8_NAMES = new Set(['utf8', 'utf-8', 'unicode']);

/** Puts the settings of the start-up packet into the session's own layer. Raises FATAL for what may not be set. */
export function applyStartupSettings(
  settings: Settings,
  identity: SessionIdentity,
  wanted: readonly (readonly [string, string])[],
): void {
  settings.set('session_authorization', identity.role, 'override');
  settings.set('is_superuser', identity.superuser, 'override');
  for (const [name, value] of wanted) applyOne(settings, identity, name, value);
}

function applyOne(settings: Settings, identity: SessionIdentity, name: string, value: string): void {
  const known = findSetting(name);
  if (!known) throw fatal(SqlState.undefinedObject, `unrecognized configuration parameter "${name}"`);
  const { context } = settingDefinition(known);
  if (context === 'superuser' && !identity.superuser) {
    throw fatal(SqlState.insufficientPrivilege, `permission denied to set parameter "${known}"`);
  }
  if (context !== 'user' && context !== 'superuser') {
    throw fatal(SqlState.cantChangeRuntimeParam, `parameter "${known}" cannot be changed now`);
  }
  try {
    settings.setText(known, canonical(known, value), 'client');
  } catch (thrown) {
    throw fatal(SqlState.invalidParameterValue, (thrown as Error).message);
  }
}

/** SQL_ASCII asks for bytes as they are, which for this server are UTF-8. */
function canonical(name: SettingName, value: string): string {
  if (name === 'client_encoding') {
    if (UTF8_NAMES.has(value.toLowerCase())) return 'UTF8';
    if (value.toLowerCase() === 'sql_ascii') return 'SQL_ASCII';
    throw new Error(`invalid value for parameter "client_encoding": "${value}"`);
  }
  if (name === 'TimeZone' && !findTimeZone(value)) {
    throw new Error(`invalid value for parameter "TimeZone": "${value}"`);
  }
  return value;
}

/** The settings a client is told of, in the table's order. */
export const reportedSettings = (Object.keys(settingsTable) as SettingName[]).filter(
  (name) => settingDefinition(name).reported,
);
