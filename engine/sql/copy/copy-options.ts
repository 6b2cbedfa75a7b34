import type { DefElem, Node } from '@pgsql/types';
import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, namesOf, unsupported } from '../parse/nodes.js';

/** How COPY writes or reads a file (commands/copy.c CopyFormatOptions). */
export interface CopyOptions {
  readonly format: 'text' | 'csv' | 'binary';
  /** Rows that all can see at once, as if they had been there for ever. */
  readonly freeze: boolean;
  readonly delimiter: string;
  readonly nullText: string;
  /** `match`: its names must be those of the columns. */
  readonly header: 'none' | 'present' | 'match';
  readonly quote: string;
  readonly escape: string;
  readonly forceQuote: readonly string[] | 'all';
  readonly forceNotNull: readonly string[];
  readonly forceNull: readonly string[];
}

/** The options as written; undefined where nothing was. */
interface Given {
  format?: CopyOptions['format'];
  freeze?: boolean;
  delimiter?: string;
  null?: string;
  header?: CopyOptions['header'];
  quote?: string;
  escape?: string;
  encoding?: string;
  force_quote?: readonly string[] | 'all';
  force_not_null?: readonly string[];
  force_null?: readonly string[];
}

const READERS: { readonly [Name in keyof Given]-?: (option: DefElem, isFrom: boolean) => NonNullable<Given[Name]> } = {
  format: formatOf,
  freeze: booleanOf,
  delimiter: textOf,
  null: textOf,
  header: headerOf,
  quote: textOf,
  escape: textOf,
  encoding: encodingOf,
  force_quote: (option) => ('A_Star' in (option.arg ?? {}) ? 'all' : columnsOf(option)),
  force_not_null: columnsOf,
  force_null: columnsOf,
};
const UTF8_NAMES = new Set(['utf8', 'utf-8', 'unicode']);
/** Encodings that PostgreSQL converts from and to. */
const OTHER_ENCODINGS =
  /^(abc|alt|big-?5|euc_?(cn|jp|kr|tw|jis_?2004)|gb(k|18030)|iso_?8859_?\d+|johab|koi8_?[ru]?|latin\d+|mskanji|mule_?internal|shift_?jis(_?2004)?|sjis|tcvn(_?5712)?|uhc|vscii|win(dows)?_?-?\d+)$/;

/** Reads and checks the options of a COPY statement. Errors are PostgreSQL's, in its order. */
export function copyOptions(nodes: readonly Node[] | undefined, isFrom: boolean): CopyOptions {
  const given: Given = {};
  for (const node of nodes ?? []) {
    const option = bodyOf(node) as DefElem;
    const name = option.defname as keyof Given;
    if (!Object.hasOwn(READERS, name)) {
      throw error(SqlState.syntaxError, `option "${name}" not recognized`, at(option.location));
    }
    if (given[name] !== undefined) {
      throw error(SqlState.syntaxError, 'conflicting or redundant options', at(option.location));
    }
    Object.assign(given, { [name]: READERS[name](option, isFrom) });
  }
  const options = withDefaults(given);
  checkDelimiter(given, options);
  checkQuoting(given, options, isFrom);
  checkNullText(options);
  return options;
}

function withDefaults(given: Given): CopyOptions {
  const isCsv = given.format === 'csv';
  const quote = given.quote ?? '"';
  return {
    format: given.format ?? 'text',
    freeze: given.freeze ?? false,
    delimiter: given.delimiter ?? (isCsv ? ',' : '\t'),
    nullText: given.null ?? (isCsv ? '' : '\\N'),
    header: given.header ?? 'none',
    quote,
    escape: given.escape ?? quote,
    forceQuote: given.force_quote ?? [],
    forceNotNull: given.force_not_null ?? [],
    forceNull: given.force_null ?? [],
  };
}

function checkDelimiter(given: Given, { format, delimiter, nullText, header }: CopyOptions): void {
  if (format === 'binary') {
    if (given.delimiter !== undefined) throw syntax('cannot specify DELIMITER in BINARY mode');
    if (given.null !== undefined) throw syntax('cannot specify NULL in BINARY mode');
  }
  requireOneByte('delimiter', delimiter);
  if (/[\r\n]/.test(delimiter)) throw invalid('COPY delimiter cannot be newline or carriage return');
  if (/[\r\n]/.test(nullText)) throw invalid('COPY null representation cannot use newline or carriage return');
  if (format !== 'csv' && /[\\.a-z0-9]/.test(delimiter)) throw invalid(`COPY delimiter cannot be "${delimiter}"`);
  if (format === 'binary' && header !== 'none') throw refused('cannot specify HEADER in BINARY mode');
}

function checkQuoting(given: Given, { format, delimiter, quote, escape }: CopyOptions, isFrom: boolean): void {
  const isCsv = format === 'csv';
  if (!isCsv && given.quote !== undefined) throw refused('COPY quote available only in CSV mode');
  if (isCsv) requireOneByte('quote', quote);
  if (isCsv && delimiter === quote) throw invalid('COPY delimiter and quote must be different');
  if (!isCsv && given.escape !== undefined) throw refused('COPY escape available only in CSV mode');
  if (isCsv) requireOneByte('escape', escape);
  checkForced('quote', 'TO', given.force_quote, isCsv, !isFrom);
  checkForced('not null', 'FROM', given.force_not_null, isCsv, isFrom);
  checkForced('null', 'FROM', given.force_null, isCsv, isFrom);
}

function checkForced(what: string, direction: string, given: unknown, isCsv: boolean, fits: boolean): void {
  if (given === undefined) return;
  if (!isCsv) throw refused(`COPY force ${what} available only in CSV mode`);
  if (!fits) throw refused(`COPY force ${what} only available using COPY ${direction}`);
}

function checkNullText({ format, delimiter, nullText, quote }: CopyOptions): void {
  if (nullText.includes(delimiter)) throw refused('COPY delimiter must not appear in the NULL specification');
  if (format === 'csv' && nullText.includes(quote)) {
    throw refused('CSV quote character must not appear in the NULL specification');
  }
}

function requireOneByte(what: string, text: string): void {
  if (Buffer.byteLength(text) !== 1) throw refused(`COPY ${what} must be a single one-byte character`);
}

function formatOf(option: DefElem): CopyOptions['format'] {
  const format = textOf(option);
  if (format === 'text' || format === 'csv' || format === 'binary') return format;
  throw error(SqlState.invalidParameterValue, `COPY format "${format}" not recognized`, at(option.location));
}

/** The server's encoding is UTF8; SQL_ASCII asks for bytes as they are. */
function encodingOf(option: DefElem): string {
  const name = textOf(option);
  const folded = name.toLowerCase();
  if (UTF8_NAMES.has(folded) || folded === 'sql_ascii') return name;
  if (OTHER_ENCODINGS.test(folded)) throw unsupported(`encoding "${name}"`, option.location);
  throw error(
    SqlState.invalidParameterValue,
    `argument to option "${option.defname}" must be a valid encoding name`,
    at(option.location),
  );
}

function columnsOf(option: DefElem): readonly string[] {
  const { arg } = option;
  if (arg && 'List' in arg) return namesOf(arg.List.items);
  throw error(
    SqlState.invalidParameterValue,
    `argument to option "${option.defname}" must be a list of column names`,
    at(option.location),
  );
}

function headerOf(option: DefElem, isFrom: boolean): CopyOptions['header'] {
  const text = option.arg ? textOf(option).toLowerCase() : 'true';
  if (text === 'match') {
    if (!isFrom) throw refused(`cannot use "${textOf(option)}" with HEADER in COPY TO`);
    return 'match';
  }
  const value = booleanFrom(option, text);
  if (value === undefined) throw syntax(`${option.defname} requires a Boolean value or "match"`);
  return value ? 'present' : 'none';
}

function booleanOf(option: DefElem): boolean {
  const value = booleanFrom(option, option.arg ? textOf(option).toLowerCase() : 'true');
  if (value === undefined) throw syntax(`${option.defname} requires a Boolean value`);
  return value;
}

/** A number is 0 or 1; a word is never `1`. */
function booleanFrom({ arg }: DefElem, text: string): boolean | undefined {
  const isNumber = arg !== undefined && 'Integer' in arg;
  if (isNumber ? text === '1' : text === 'true' || text === 'on') return true;
  return (isNumber ? text === '0' : text === 'false' || text === 'off') ? false : undefined;
}

function textOf({ defname, arg }: DefElem): string {
  if (arg === undefined) throw syntax(`${defname} requires a parameter`);
  if ('String' in arg) return arg.String.sval ?? '';
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  if ('Float' in arg) return arg.Float.fval ?? '';
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false);
  return 'A_Star' in arg ? '*' : namesOf((arg as Extract<Node, { List: unknown }>).List.items).join(', ');
}

function syntax(message: string): PgError {
  return error(SqlState.syntaxError, message);
}

function invalid(message: string): PgError {
  return error(SqlState.invalidParameterValue, message);
}

function refused(message: string): PgError {
  return error(SqlState.featureNotSupported, message);
}
