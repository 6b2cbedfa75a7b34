import { fatal } from '../base/errors.js';
import { findSetting, settingDefinition, type Settings } from '../base/settings/settings.js';
import { settingsTable, type SettingName } from '../base/settings/settings-table.js';
import { showSetting } from '../base/settings/settings.js';
import { SqlState } from '../base/sqlstate.js';
import type { Files } from '../os/os.js';
import { readWholeFile, writeWholeFile } from '../os/whole-file.js';

/** postgresql.conf: `name = value` or `name value`, `#` comments, text in single quotes ('' or \' inside). */
export const SETTINGS_FILE = 'postgresql.conf';

export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

export function parseSettingsText(text: string, path: string): Assignment[] {
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(#.*)?$/.test(line)) return [];
    const match = /^\s*([A-Za-z_][\w.]*)\s*(?:=\s*|\s+)('(?:[^'\\]|''|\\.)*'|[^\s'#]+)\s*(?:#.*)?$/.exec(line);
    if (!match) throw configError(`syntax error in file "${path}" line ${index + 1}`);
    return [{ name: match[1], value: unquote(match[2]), line: index + 1 }];
  });
}

function unquote(value: string): string {
  return value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'").replace(/\\(.)/g, '$1') : value;
}

/** Puts the file's values into `settings`; a missing file is FATAL, so is what it says wrongly. */
export function loadSettingsFile(files: Files, path: string, settings: Settings): void {
  for (const { name, value, line } of parseSettingsText(readText(files, path), path)) {
    assign(settings, name, value, 'configuration file', `${path}" line ${line}`);
  }
}

/** `-c name=value` of the command line. */
export function applyCommandLine(settings: Settings, assignments: readonly string[]): void {
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 0) throw configError(`-c ${assignment} requires a value`);
    assign(settings, assignment.slice(0, at).replaceAll('-', '_'), assignment.slice(at + 1), 'command line');
  }
}

type FileOrLine = 'configuration file' | 'command line';

function assign(settings: Settings, name: string, value: string, source: FileOrLine, where?: string): void {
  const place = where ? ` in file "${where}` : '';
  const known = findSetting(name);
  if (!known) throw configError(`unrecognized configuration parameter "${name}"${place}`, SqlState.undefinedObject);
  if (settingDefinition(known).context === 'internal') {
    throw configError(`parameter "${known}" cannot be changed${place}`, SqlState.cantChangeRuntimeParam);
  }
  try {
    settings.setText(known, value, source);
  } catch (thrown) {
    throw configError(`${(thrown as Error).message}${place}`, SqlState.invalidParameterValue);
  }
}

function configError(message: string, state: string = SqlState.configFileError): Error {
  return fatal(state, message);
}

/** The file a new cluster gets: every setting that may be changed, commented out at its default. */
export function defaultSettingsText(): string {
  const lines = (Object.keys(settingsTable) as SettingName[]).flatMap((name) => {
    const definition = settingDefinition(name);
    if (definition.context === 'internal') return [];
    const value = showSetting(name, definition.default);
    const shown = definition.kind === 'string' || /[^\w.]/.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
    const restart = definition.context === 'postmaster' ? ' (change requires restart)' : '';
    return [`#${name} = ${shown}`.padEnd(48) + `# ${definition.about}${restart}`];
  });
  return [
    '# Settings of this cluster. A line without # overrides the default that stands there.',
    '',
    ...lines,
    '',
  ].join('\n');
}

export function readText(files: Files, path: string): string {
  return readWholeFile(files, path).toString();
}

/** Replaces a file's content and makes it durable. */
export function writeText(files: Files, path: string, text: string): void {
  writeWholeFile(files, path, Buffer.from(text), (fd) => files.fsync(fd));
}
