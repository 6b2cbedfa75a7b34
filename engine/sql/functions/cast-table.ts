import type { Oid } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import { SqlArray } from '../types/array/sql-array.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import { callerOf } from './call.js';
import type { CallEnvironment } from './environment.js';
import type { FunctionTable } from './function-table.js';

/** Where a conversion may happen by itself: in any expression, when storing into a column, or only where it is written. */
export type CastContext = 'implicit' | 'assignment' | 'explicit';

/** How one type becomes another (catalog/pg_cast.h, and the rules of parse_coerce.c find_coercion_pathway). */
export interface Cast {
  readonly from: Oid;
  readonly to: Oid;
  /** `binary`: the same value; `io`: through the text form; `array`: element by element. */
  readonly method: 'binary' | 'function' | 'io' | 'array';
  /** Converts a value that is not null. Does not apply the target's type modifier. */
  readonly convert: (value: unknown, env: CallEnvironment, explicit: boolean) => unknown;
}

interface CastRow extends Cast {
  readonly context: CastContext;
  /** pg_cast.castfunc, 0 for none. */
  readonly function: Oid;
}

const CONTEXTS: Record<string, CastContext> = { i: 'implicit', a: 'assignment', e: 'explicit' };
const RANK: Record<CastContext, number> = { implicit: 0, assignment: 1, explicit: 2 };
const METHODS: Record<string, Cast['method']> = { b: 'binary', f: 'function', i: 'io' };

export class CastTable {
  private readonly rows = new Map<string, CastRow>();

  /** `rows`: see cast-rows.ts. */
  constructor(
    rows: string,
    private readonly functions: FunctionTable,
  ) {
    for (const line of rows.trim().split('\n')) this.add(line);
  }

  private add(line: string): void {
    const [source, target, procedure, context, method] = line.split(' ');
    const from = types.byName(source)!.oid;
    const to = types.byName(target)!.oid;
    const row = { from, to, function: Number(procedure), context: CONTEXTS[context], method: METHODS[method] };
    this.rows.set(keyOf(from, to), { ...row, convert: this.converter(row) });
  }

  private converter(row: Omit<CastRow, 'convert'>): Cast['convert'] {
    if (row.method === 'binary') return same;
    if (row.method === 'io') return throughText(row.from, row.to);
    const signature = this.functions.byOid(row.function);
    assert(signature, `cast function ${row.function} is missing`);
    const call = callerOf(signature, { args: signature.args, returns: signature.returns });
    // Some cast functions take a typmod and whether the cast is explicit: the typmod is applied afterwards, by the type.
    const extra = [[], [-1], [-1, false]][signature.args.length - 1];
    return (value, env) => call([value, ...extra], env);
  }

  /** All rows of pg_cast. */
  all(): IterableIterator<CastRow> {
    return this.rows.values();
  }

  /** The way from one type to another in a context; undefined when there is none. Never for `unknown`: it has no values. */
  find(from: Oid, to: Oid, context: CastContext): Cast | undefined {
    if (from === to) return { from, to, method: 'binary', convert: same };
    const row = this.rows.get(keyOf(from, to));
    if (row) return RANK[row.context] <= RANK[context] ? row : undefined;
    return this.arrayCast(from, to, context) ?? textCast(from, to, context);
  }

  /** Arrays convert when their elements do. The vectors are arrays on the source side only. */
  private arrayCast(from: Oid, to: Oid, context: CastContext): Cast | undefined {
    if (VECTORS.has(to)) return undefined;
    const [fromElement, toElement] = [types.elementOf(from), types.elementOf(to)];
    if (fromElement === 0 || toElement === 0) return undefined;
    const element = this.find(fromElement, toElement, context);
    if (!element) return undefined;
    if (element.method === 'binary') return { from, to, method: 'binary', convert: same };
    return {
      from,
      to,
      method: 'array',
      convert: (value, env, explicit) => convertArray(value as SqlArray, element, env, explicit),
    };
  }

  /** Does the value mean the same in both types? Then nothing is to be done to convert. */
  isBinary(from: Oid, to: Oid): boolean {
    if (from === to || to === TypeOid.any) return true;
    if (to === TypeOid.anyelement || to === TypeOid.anycompatible) return true;
    if (to === TypeOid.anyarray || to === TypeOid.anycompatiblearray) return types.elementOf(from) !== 0;
    if (to === TypeOid.anynonarray || to === TypeOid.anycompatiblenonarray) return types.elementOf(from) === 0;
    const row = this.rows.get(keyOf(from, to));
    return row?.method === 'binary' && row.context === 'implicit';
  }
}

const VECTORS = new Set<Oid>([TypeOid.int2vector, TypeOid.oidvector]);

function keyOf(from: Oid, to: Oid): string {
  return `${from}:${to}`;
}

function same(value: unknown): unknown {
  return value;
}

function throughText(from: Oid, to: Oid): Cast['convert'] {
  const [source, target] = [types.byOid(from), types.byOid(to)];
  return (value, env) => target.input(source.output(value, env), -1, env);
}

/** Any type becomes text when assigned, and text any type when asked: through the text form. */
function textCast(from: Oid, to: Oid, context: CastContext): Cast | undefined {
  const isText = (type: Oid) => types.find(type)?.row.category === 'S' && !types.elementOf(type);
  const allowed = (RANK[context] >= RANK.assignment && isText(to)) || (context === 'explicit' && isText(from));
  if (!allowed || types.find(from)?.row.kind === 'p' || types.find(to)?.row.kind === 'p') return undefined;
  return { from, to, method: 'io', convert: throughText(from, to) };
}

function convertArray(array: SqlArray, element: Cast, env: CallEnvironment, explicit: boolean): SqlArray {
  const items = array.elements.map((item) => (item === null ? null : element.convert(item, env, explicit)));
  return SqlArray.shaped(items, array.lengths, array.lowerBounds);
}
