import type { DefElem, Node } from '@pgsql/types';
import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { bodyOf, namesOf, unsupported } from '../parse/nodes.js';

/** The values a storage parameter takes; 'boolean' is one of the words for on and off. */
type Values = 'boolean' | { readonly least: number; readonly most: number; readonly isWhole: boolean };

const whole = (least: number, most: number): Values => ({ least, most, isWhole: true });
const fraction: Values = { least: 0, most: 100, isWhole: false };
const INT_MAX = 0x7fff_ffff;
const FILL_FACTOR = whole(10, 100);

const INDEX_OPTIONS: Readonly<Record<string, Values>> = { fillfactor: FILL_FACTOR };
/** access/common/reloptions.c, for heaps, without what needs TOAST or parallel queries. */
const TABLE_OPTIONS: Readonly<Record<string, Values>> = {
  fillfactor: FILL_FACTOR,
  autovacuum_enabled: 'boolean',
  autovacuum_vacuum_threshold: whole(0, INT_MAX),
  autovacuum_vacuum_scale_factor: fraction,
  autovacuum_vacuum_insert_threshold: whole(-1, INT_MAX),
  autovacuum_vacuum_insert_scale_factor: fraction,
  autovacuum_analyze_threshold: whole(0, INT_MAX),
  autovacuum_analyze_scale_factor: fraction,
  autovacuum_freeze_max_age: whole(100_000, 2_000_000_000),
};

/** The storage parameters of an index as the catalog keeps them: `fillfactor=70`. Its pages are filled all the same. */
export function indexOptions(nodes: readonly Node[] | undefined): string[] {
  return storageOptions(nodes, INDEX_OPTIONS);
}

export function tableOptions(nodes: readonly Node[] | undefined): string[] {
  return storageOptions(nodes, TABLE_OPTIONS);
}

function storageOptions(nodes: readonly Node[] | undefined, known: Readonly<Record<string, Values>>): string[] {
  const seen = new Set<string>();
  return (nodes ?? []).map((node) => {
    const option = bodyOf(node) as DefElem;
    const name = option.defname!;
    if (option.defnamespace) throw unsupported(`the parameter ${option.defnamespace}.${name}`);
    if (!Object.hasOwn(known, name)) throw invalid(`unrecognized parameter "${name}"`);
    if (seen.has(name)) throw invalid(`parameter "${name}" specified more than once`);
    seen.add(name);
    return `${name}=${checked(name, option.arg === undefined ? 'true' : textOf(option.arg), known[name])}`;
  });
}

function checked(name: string, text: string, values: Values): string {
  if (values === 'boolean') {
    if (/^(on|off|true|false|yes|no|1|0)$/i.test(text)) return text;
    throw invalid(`invalid value for boolean option "${name}": ${text}`);
  }
  const { least, most, isWhole } = values;
  const kind = isWhole ? 'integer' : 'floating point';
  if (!(isWhole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).test(text)) {
    throw invalid(`invalid value for ${kind} option "${name}": ${text}`);
  }
  if (Number(text) >= least && Number(text) <= most) return text;
  const bound = (value: number): string => (isWhole ? String(value) : value.toFixed(6));
  throw error(SqlState.invalidParameterValue, `value ${text} out of bounds for option "${name}"`, {
    detail: `Valid values are between "${bound(least)}" and "${bound(most)}".`,
  });
}

function textOf(node: Node): string {
  const { ival, fval, sval, boolval } = bodyOf(node) as {
    ival?: number;
    fval?: string;
    sval?: string;
    boolval?: boolean;
  };
  if ('Boolean' in node) return String(boolval ?? false);
  // The grammar takes a plain word for the name of a type.
  if ('TypeName' in node) return namesOf(node.TypeName.names).join('.');
  return fval ?? sval ?? String(ival ?? 0);
}

function invalid(message: string): PgError {
  return error(SqlState.invalidParameterValue, message);
}
