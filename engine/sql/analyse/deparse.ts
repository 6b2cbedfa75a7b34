import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { Call, Constant, Expression } from './expression.js';

export interface DeparseOptions {
  /** Show the casts that nobody wrote, as arguments of functions and operators do. */
  readonly showImplicit?: boolean;
  /** Write `table.column` instead of `column`. */
  readonly qualify: boolean;
}

/**
 * An analysed expression as SQL text, in the style of utils/adt/ruleutils.c: every operator in parentheses, literals with
 * their types, implicit casts left out. Parsing and analysing it again gives the same expression.
 */
export function deparse(expression: Expression, options: DeparseOptions): string {
  const part = (inner: Expression): string => deparse(inner, { ...options, showImplicit: false });
  const argument = (inner: Expression): string => deparse(inner, { ...options, showImplicit: true });
  const list = (inner: readonly Expression[]): string => inner.map(part).join(', ');
  switch (expression.kind) {
    case 'constant':
      return literal(expression);
    case 'parameter':
      return `$${expression.index + 1}`;
    case 'column':
    case 'system-column':
      return options.qualify
        ? `${quoteName(expression.source.alias)}.${quoteName(expression.name)}`
        : quoteName(expression.name);
    case 'slot':
      return `column${expression.index + 1}`;
    case 'grouped':
      return part(expression.original);
    case 'case-operand':
      return 'CASE_TEST_EXPR';
    case 'call':
      return call(expression, argument);
    case 'cast':
      return expression.explicit || options.showImplicit
        ? `${castOperand(part(expression.arg))}::${types.format(expression.type)}`
        : part(expression.arg);
    case 'modify':
      return modified(expression, part);
    case 'and':
    case 'or':
      return `(${expression.args.map(part).join(expression.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `(NOT ${part(expression.arg)})`;
    case 'null-test':
      return `(${part(expression.arg)} IS ${expression.isNull ? '' : 'NOT '}NULL)`;
    case 'boolean-test':
      return `(${part(expression.arg)} IS ${expression.negated ? 'NOT ' : ''}${truth(expression.wanted)})`;
    case 'case':
      return caseText(expression, part);
    case 'coalesce':
      return `COALESCE(${list(expression.args)})`;
    case 'greatest':
    case 'least':
      return `${expression.kind.toUpperCase()}(${list(expression.args)})`;
    case 'nullif':
      return `NULLIF(${part(expression.left)}, ${part(expression.right)})`;
    case 'distinct':
      return `(${part(expression.left)} IS ${expression.negated ? 'NOT ' : ''}DISTINCT FROM ${part(expression.right)})`;
    case 'array-comparison':
      return `(${part(expression.left)} ${expression.operator} ${expression.all ? 'ALL' : 'ANY'} (${part(expression.array)}))`;
    case 'array':
      return `ARRAY[${list(expression.elements)}]`;
    case 'subscript':
      return `(${part(expression.array)})[${part(expression.index)}]`;
    case 'exists':
      return 'EXISTS(SubPlan)';
    case 'scalar-subquery':
    case 'array-subquery':
      return '(SubPlan)';
    case 'quantified-subquery':
      return `(${list(expression.left)} = ${expression.all ? 'ALL' : 'ANY'} (SubPlan))`;
    case 'aggregate':
      return `${expression.signature.name}(${expression.star ? '*' : (expression.distinct ? 'DISTINCT ' : '') + list(expression.args)})`;
  }
}

const truth = (wanted: boolean | null): string => (wanted === null ? 'UNKNOWN' : wanted ? 'TRUE' : 'FALSE');

/** Do the first and the last parenthesis belong together? */
export function isWrapped(text: string): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "'") i = text.indexOf("'", i + 1);
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}

/** With fewer parentheses, for people (pg_get_expr with pretty = true). */
export function pretty(text: string): string {
  const outer = isWrapped(text) ? text.slice(1, -1) : text;
  return outer.replace(/\((\w+|'[^']*')\)::/g, '$1::');
}

/** Casts bind more tightly than anything a part may begin with. */
function castOperand(text: string): string {
  return isWrapped(text) ? text : `(${text})`;
}

function modified(expression: Extract<Expression, { kind: 'modify' }>, part: (e: Expression) => string): string {
  if (!expression.explicit) return part(expression.arg);
  const { arg } = expression;
  const inner = arg.kind === 'cast' && arg.explicit ? arg.arg : arg;
  return `${castOperand(part(inner))}::${types.format(expression.type, expression.typmod)}`;
}

function call({ signature, operator, args }: Call, part: (e: Expression) => string): string {
  if (operator === undefined) return `${quoteName(signature.name)}(${args.map(part).join(', ')})`;
  return args.length === 1 ? `(${operator} ${part(args[0])})` : `(${part(args[0])} ${operator} ${part(args[1])})`;
}

function caseText(
  { subject, branches, otherwise }: Extract<Expression, { kind: 'case' }>,
  part: (e: Expression) => string,
): string {
  if (subject && branches.length === 0) return part(otherwise).replaceAll('CASE_TEST_EXPR', part(subject.value));
  const whens = branches.map(({ condition, result }) => {
    const tested = subject && condition.kind === 'call' ? part(condition.args[1]) : part(condition);
    return `WHEN ${tested} THEN ${part(result)}`;
  });
  return `CASE ${subject ? `${part(subject.value)} ` : ''}${whens.join(' ')} ELSE ${part(otherwise)} END`;
}

const PLAIN_NUMBERS = new Set<number>([TypeOid.int4, TypeOid.numeric]);

function literal({ value, type, typmod }: Constant): string {
  if (value === null) return `NULL::${types.format(type, typmod)}`;
  if (type === TypeOid.bool) return String(value);
  const text = types.byOid(type).output(value);
  if (PLAIN_NUMBERS.has(type) && /^\d+(\.\d+)?$/.test(text) && (type === TypeOid.int4 || text.includes('.')))
    return text;
  return `${quoteLiteral(text)}::${types.format(type, typmod)}`;
}

export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** An identifier, in double quotes unless it may stand without. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Words that quote_identifier() quotes: reserved and column-name keywords (common/keywords.h). */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char
  character check coalesce collate collation column concurrently constraint create cross current_catalog current_date
  current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do
  else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike
  in initially inner inout int integer intersect interval into is isnull join lateral leading least left like limit
  localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric offset on only or order
  out outer overlaps overlay placing position precision primary real references returning right row select session_user
  setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim
  true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement
  xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/),
);
