import type { Node } from '@pgsql/types';
import { error, type PgError } from '../../base/errors.js';
import { loadNativePackage } from '../../base/native-package.js';
import { SqlState } from '../../base/sqlstate.js';
import { LruCache } from './lru-cache.js';
import { characterPosition } from './position.js';

/**
 * PostgreSQL's own grammar, compiled to WebAssembly (libpg-query). Loading it takes 25 ms, so it is loaded on demand;
 * a short statement then parses in 40 µs, and texts seen before cost nothing.
 */
type Grammar = typeof import('libpg-query');

interface GrammarError {
  readonly message: string;
  readonly sqlDetails?: { readonly cursorPosition: number };
}

export interface RawStatement {
  readonly node: Node;
  /** This statement's part of the query string. */
  readonly text: string;
}

/** Statement texts kept with their trees. */
const CACHED_TEXTS = 256;
/** Longer texts (bulk INSERTs) are not worth keeping. */
const LONGEST_CACHED_TEXT = 16384;

const grammar = (): Grammar => loadNativePackage<Grammar>('libpg-query');

/** Loads the grammar. Must be awaited once in a process before a Parser is used. */
export async function loadParser(): Promise<void> {
  await grammar().loadModule();
}

export class Parser {
  private readonly cache = new LruCache<string, readonly RawStatement[]>(CACHED_TEXTS);
  private grammar: Grammar | undefined;

  /** The statements of a query string, none when it is blank. The trees are shared: never change them. */
  parse(sql: string): readonly RawStatement[] {
    const known = this.cache.get(sql);
    if (known) return known;
    const statements = this.parseAfresh(sql);
    if (sql.length <= LONGEST_CACHED_TEXT) this.cache.set(sql, statements);
    return statements;
  }

  private parseAfresh(sql: string): RawStatement[] {
    if (isBlank(sql)) return [];
    this.grammar ??= grammar();
    try {
      const { stmts = [] } = this.grammar.parseSync(sql);
      const bytes = Buffer.from(sql);
      return stmts.map(({ stmt, stmt_location: start = 0, stmt_len: length }) => ({
        node: stmt!,
        text: bytes.toString('utf8', start, length === undefined ? bytes.length : start + length).trim(),
      }));
    } catch (thrown) {
      throw syntaxError(thrown as GrammarError, sql);
    }
  }
}

/** Nothing but white space, comments and semicolons? Decides only clear cases; the grammar decides the rest. */
function isBlank(sql: string): boolean {
  return /^[\s;]*$/.test(sql);
}

function syntaxError(thrown: GrammarError, sql: string): PgError {
  if (!thrown.sqlDetails)
    return error(SqlState.statementTooComplex, `could not parse the statement: ${thrown.message}`);
  const unsupported = /not (yet )?(implemented|supported)/.test(thrown.message);
  return error(unsupported ? SqlState.featureNotSupported : SqlState.syntaxError, thrown.message, {
    position: characterPosition(sql, thrown.sqlDetails.cursorPosition, 'characters'),
  });
}
