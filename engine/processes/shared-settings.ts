import { Settings, settingDefinition, type SettingSource } from '../base/settings/settings.js';
import type { SettingName } from '../base/settings/settings-table.js';
import type { Area, Arena } from '../memory/arena.js';
import { fatal } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';

/**
 * How settings reach the postmaster's children: as JSON in the shared area `settings`, written by the postmaster alone.
 *
 *   word 0  version, odd while it is written      word 1  length in bytes      byte 16..  the text
 */
const VERSION = 0;
const LENGTH = 1;
const TEXT_AT = 16;

type SharedValues = ReturnType<Settings['toJSON']>;

export class SharedSettings {
  private readonly area: Area;

  constructor(arena: Arena) {
    this.area = arena.area('settings');
  }

  publish(settings: Settings): void {
    const text = Buffer.from(JSON.stringify(settings));
    if (TEXT_AT + text.length > this.area.bytes.length) {
      throw fatal(SqlState.configurationLimitExceeded, 'the settings take more room than shared memory has for them');
    }
    Atomics.add(this.area.i32, VERSION, 1);
    text.copy(this.area.bytes, TEXT_AT);
    this.area.i32[LENGTH] = text.length;
    Atomics.add(this.area.i32, VERSION, 1);
  }

  read(): SharedValues {
    for (;;) {
      const before = Atomics.load(this.area.i32, VERSION);
      const text = this.area.bytes.toString('utf8', TEXT_AT, TEXT_AT + this.area.i32[LENGTH]);
      if (before % 2 === 0 && Atomics.load(this.area.i32, VERSION) === before) return JSON.parse(text) as SharedValues;
    }
  }
}

/** Takes over those of `values` that may change while the server runs; the names of others that differ are returned. */
export function applyReload(settings: Settings, values: SharedValues): SettingName[] {
  const fixed: SettingName[] = [];
  const before = settings.toJSON();
  for (const name of new Set([...Object.keys(before), ...Object.keys(values)]) as Set<SettingName>) {
    const [value, source] = values[name] ?? [settingDefinition(name).default, 'default' as SettingSource];
    if (settings.get(name) === value) continue;
    const { context } = settingDefinition(name);
    if (context === 'postmaster' || context === 'internal') fixed.push(name);
    else settings.set(name, value, source);
  }
  return fixed;
}
