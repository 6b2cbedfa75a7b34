import { settingsTable, type SettingName } from '../../base/settings/settings-table.js';
import { settingDefinition } from '../../base/settings/settings.js';
import { SqlArray } from '../types/array/sql-array.js';
import type { SystemEnvironment } from './system-environment.js';

const TYPE_NAMES = { bool: 'bool', int: 'integer', real: 'real', string: 'string', enum: 'enum' } as const;

/** pg_settings: every setting in its own unit. */
export function settingRows({ settings }: SystemEnvironment): unknown[][] {
  return settingNames().map((name) => {
    const definition = settingDefinition(name);
    const isNumber = 'min' in definition;
    return [
      name,
      rawText(settings.get(name)),
      ('unit' in definition && definition.unit) || null,
      'Server',
      definition.about,
      null,
      definition.context,
      TYPE_NAMES[definition.kind],
      settings.sourceOf(name),
      isNumber ? String(definition.min) : null,
      isNumber ? String(definition.max) : null,
      definition.kind === 'enum' ? SqlArray.of(definition.values) : null,
      rawText(definition.default),
      rawText(settings.get(name)),
      null,
      null,
      false,
    ];
  });
}

/** All names, in the order SHOW ALL lists them. */
export function settingNames(): SettingName[] {
  return (Object.keys(settingsTable) as SettingName[]).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

function rawText(value: boolean | number | string): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}
