import { error, type PgError } from '../../base/errors.js';
import type { SettingName } from '../../base/settings/settings-table.js';
import { SqlState } from '../../base/sqlstate.js';
import { findTimeZone } from '../types/datetime/zone.js';

/** Checks a setting that is a plain string to the settings table but not to PostgreSQL, and gives its canonical form. */
export function normaliseSetting(name: SettingName, text: string): string {
  switch (name) {
    case 'client_encoding':
      return encoding(text);
    case 'DateStyle':
      return dateStyle(text);
    case 'TimeZone':
      return timeZone(text);
    default:
      return text;
  }
}

function invalid(name: string, text: string): PgError {
  return error(SqlState.invalidParameterValue, `invalid value for parameter "${name}": "${text}"`);
}

function encoding(text: string): string {
  if (/^(utf-?8|unicode)$/i.test(text.replaceAll('_', ''))) return 'UTF8';
  throw invalid('client_encoding', text);
}

/** Dates are always shown in ISO style; the order of day and month in input is always month first. */
function dateStyle(text: string): string {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  if (words.every((word) => ['iso', 'mdy', 'us', 'default', ''].includes(word))) return 'ISO, MDY';
  if (words.every((word) => /^(iso|mdy|us|dmy|european|ymd|german|postgres|sql|noneuropean|euro)$/.test(word))) {
    throw error(SqlState.featureNotSupported, `DateStyle "${text}" is not supported`);
  }
  throw invalid('DateStyle', text);
}

function timeZone(text: string): string {
  const found = findTimeZone(text);
  if (!found) throw invalid('TimeZone', text);
  return found.name;
}
