import type { DefElem, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, unsupported } from '../parse/nodes.js';

/** The options of CREATE DATABASE and ALTER DATABASE; what is not given, or given as DEFAULT, is undefined. */
export interface DatabaseOptions {
  readonly template?: string;
  readonly owner?: string;
  readonly strategy?: string;
  readonly isTemplate?: boolean;
  readonly allowsConnections?: boolean;
  readonly connectionLimit?: number;
}

type Reader = (option: DefElem) => Partial<DatabaseOptions>;

const ALTERABLE: Readonly<Record<string, Reader>> = {
  is_template: (option) => ({ isTemplate: booleanOf(option) }),
  allow_connections: (option) => ({ allowsConnections: booleanOf(option) }),
  connection_limit: (option) => ({ connectionLimit: limitOf(option) }),
  tablespace: (option) => onlyKnown(option, ['pg_default'], 'TABLESPACE'),
};

/** There is one encoding and one locale: whoever asks for it gets it. */
const CREATABLE: Readonly<Record<string, Reader>> = {
  ...ALTERABLE,
  template: (option) => ({ template: textOf(option) }),
  owner: (option) => ({ owner: textOf(option) }),
  strategy: (option) => ({ strategy: textOf(option) }),
  encoding: (option) => onlyKnown(option, ['utf8', 'utf-8', '6'], 'ENCODING'),
  locale: (option) => onlyKnown(option, ['c'], 'LOCALE'),
  lc_collate: (option) => onlyKnown(option, ['c'], 'LC_COLLATE'),
  lc_ctype: (option) => onlyKnown(option, ['c'], 'LC_CTYPE'),
  locale_provider: (option) => onlyKnown(option, ['libc'], 'LOCALE_PROVIDER'),
  icu_locale: () => refuse('ICU_LOCALE'),
  collation_version: () => refuse('COLLATION_VERSION'),
  oid: () => refuse('OID'),
};

export function creationOptions(options: readonly Node[] | undefined): DatabaseOptions {
  return readOptions(options, CREATABLE);
}

export function alterationOptions(options: readonly Node[] | undefined): DatabaseOptions {
  return readOptions(options, ALTERABLE);
}

function readOptions(options: readonly Node[] | undefined, readers: Readonly<Record<string, Reader>>): DatabaseOptions {
  const seen = new Set<string>();
  const found: DatabaseOptions = {};
  for (const node of options ?? []) {
    const option = bodyOf(node) as DefElem;
    const name = option.defname!;
    const reader = readers[name];
    if (!reader) throw error(SqlState.syntaxError, `option "${name}" not recognized`, at(option.location ?? 0));
    if (seen.has(name)) throw error(SqlState.syntaxError, 'conflicting or redundant options', at(option.location ?? 0));
    seen.add(name);
    if (option.arg !== undefined) Object.assign(found, reader(option));
  }
  return found;
}

function refuse(what: string): never {
  throw unsupported(`${what} of a database`);
}

function onlyKnown(option: DefElem, known: readonly string[], what: string): Partial<DatabaseOptions> {
  const value = textOf(option);
  if (!known.includes(value.toLowerCase())) throw unsupported(`${what} ${value}`);
  return {};
}

function textOf({ arg }: DefElem): string {
  const { sval, ival, fval } = bodyOf(arg!) as { sval?: string; ival?: number; fval?: string };
  return sval ?? fval ?? String(ival ?? 0);
}

/** define.c defGetBoolean. */
function booleanOf(option: DefElem): boolean {
  const text = textOf(option).toLowerCase();
  if (['true', 'on', '1'].includes(text)) return true;
  if (['false', 'off', '0'].includes(text)) return false;
  throw error(SqlState.syntaxError, `${option.defname} requires a Boolean value`);
}

function limitOf(option: DefElem): number {
  const limit = Number(textOf(option));
  if (!Number.isInteger(limit)) throw error(SqlState.syntaxError, `${option.defname} requires an integer value`);
  if (limit < -1) throw error(SqlState.invalidParameterValue, `invalid connection limit: ${limit}`);
  return limit;
}
