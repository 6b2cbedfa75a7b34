import { error } from '../errors.js';
import { SqlState } from '../sqlstate.js';
import {
  settingsTable,
  type SettingDefinition,
  type SettingName,
  type SettingUnit,
  type SettingValue,
} from './settings-table.js';

const UNIT_FAMILIES: readonly Record<string, number>[] = [
  { B: 1, kB: 1024, '8kB': 8192, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 },
  { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 },
];
function familyOf(unit: SettingUnit): Record<string, number> {
  return UNIT_FAMILIES.find((family) => unit in family)!;
}

const BOOL_WORDS: Record<string, boolean> = {
  on: true,
  true: true,
  yes: true,
  '1': true,
  off: false,
  false: false,
  no: false,
  '0': false,
};

const canonicalNames = new Map(Object.keys(settingsTable).map((name) => [name.toLowerCase(), name as SettingName]));

/** The setting of that name in any case, or undefined. */
export function findSetting(name: string): SettingName | undefined {
  return canonicalNames.get(name.toLowerCase());
}

export function settingDefinition(name: SettingName): SettingDefinition {
  return settingsTable[name];
}

/** Parses a setting's text. Raises 22023 with PostgreSQL's message when it does not fit the definition. */
export function parseSetting(name: SettingName, text: string): boolean | number | string {
  const definition = settingDefinition(name);
  if (definition.kind === 'string') return text;
  const value = parseTyped(definition, text.trim());
  if (value === undefined) throw invalidValue(name, text, definition);
  if (typeof value === 'number' && 'min' in definition && (value < definition.min || value > definition.max)) {
    const unit = definition.unit ? ` ${definition.unit}` : '';
    throw error(
      SqlState.invalidParameterValue,
      `${value}${unit} is outside the valid range for parameter "${name}" (${definition.min} .. ${definition.max})`,
    );
  }
  return value;
}

function parseTyped(definition: SettingDefinition, text: string): boolean | number | string | undefined {
  switch (definition.kind) {
    case 'bool':
      return BOOL_WORDS[text.toLowerCase()];
    case 'enum':
      return definition.values.find((value) => value === text.toLowerCase());
    case 'int':
    case 'real':
      return parseNumber(text, definition.kind === 'int', definition.unit);
    default:
      return text;
  }
}

function parseNumber(text: string, whole: boolean, unit?: SettingUnit): number | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-zA-Z]*)$/.exec(text);
  if (!match) return undefined;
  const family = UNIT_FAMILIES.find((candidate) => unit !== undefined && unit in candidate);
  const scale =
    match[2] === '' ? 1 : family && unit && match[2] in family ? family[match[2]] / family[unit] : undefined;
  if (scale === undefined) return undefined;
  const value = Number(match[1]) * scale;
  return whole ? Math.round(value) : value;
}

function invalidValue(name: string, text: string, definition: SettingDefinition): Error {
  if (definition.kind === 'bool')
    return error(SqlState.invalidParameterValue, `parameter "${name}" requires a Boolean value`);
  const hint =
    definition.kind === 'enum'
      ? `Available values: ${definition.values.join(', ')}.`
      : 'unit' in definition && definition.unit
        ? `Valid units for this parameter are ${Object.keys(familyOf(definition.unit)).join(', ')}.`
        : undefined;
  return error(SqlState.invalidParameterValue, `invalid value for parameter "${name}": "${text}"`, { hint });
}

/** A value as SHOW prints it: numbers in the largest unit that divides them, as PostgreSQL does. */
export function showSetting(name: SettingName, value: boolean | number | string): string {
  const definition = settingDefinition(name);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string' || !('unit' in definition) || !definition.unit || value <= 0) return String(value);
  const family = familyOf(definition.unit);
  const inSmallest = value * family[definition.unit];
  const units = Object.entries(family).filter(([unit, scale]) => unit !== '8kB' && inSmallest % scale === 0);
  const [unit, scale] = units[units.length - 1];
  return `${inSmallest / scale}${unit}`;
}

export type SettingSource = 'default' | 'configuration file' | 'command line' | 'client' | 'session' | 'override';

interface InForce {
  readonly value: boolean | number | string;
  readonly source: SettingSource;
}

const defaults: ReadonlyMap<string, InForce> = new Map(
  Object.entries(settingsTable).map(([name, { default: value }]) => [name, { value, source: 'default' }]),
);

/** The values in force. A process has one; a session layers its own over it with `layer()`. */
export class Settings {
  private readonly values = new Map<SettingName, InForce>();

  constructor(private readonly below?: Settings) {}

  get<N extends SettingName>(name: N): SettingValue<N> {
    return this.lookup(name).value as SettingValue<N>;
  }

  sourceOf(name: SettingName): SettingSource {
    return this.lookup(name).source;
  }

  show(name: SettingName): string {
    return showSetting(name, this.get(name));
  }

  set(name: SettingName, value: boolean | number | string, source: SettingSource): void {
    this.values.set(name, { value, source });
  }

  setText(name: SettingName, text: string, source: SettingSource): void {
    this.set(name, parseSetting(name, text), source);
  }

  /** Forgets this layer's own value, so that the one below is in force again. */
  reset(name: SettingName): void {
    this.values.delete(name);
  }

  /** This layer's own value, or undefined where the layer below decides. */
  own(name: SettingName): boolean | number | string | undefined {
    return this.values.get(name)?.value;
  }

  layer(): Settings {
    return new Settings(this);
  }

  /** All values that differ from the defaults, to hand to another process. */
  toJSON(): Record<string, [boolean | number | string, SettingSource]> {
    const all = this.below ? this.below.toJSON() : {};
    for (const [name, { value, source }] of this.values) all[name] = [value, source];
    return all;
  }

  static fromJSON(json: Record<string, [boolean | number | string, SettingSource]>): Settings {
    const settings = new Settings();
    for (const [name, [value, source]] of Object.entries(json)) settings.set(name as SettingName, value, source);
    return settings;
  }

  private lookup(name: SettingName): InForce {
    return this.values.get(name) ?? this.below?.lookup(name) ?? defaults.get(name)!;
  }
}
