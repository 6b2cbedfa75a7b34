import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { sameExpression } from '../analyse/equal.js';
import type { CaseOperand, Expression } from '../analyse/expression.js';
import { systemSlot } from '../analyse/source.js';
import type { Query } from '../analyse/query.js';
import { at } from '../parse/nodes.js';
import { types } from '../types/type-table.js';
import { compileCall } from './compile-call.js';
import { compileArray, compileArrayComparison, compileSubscript } from './compile-arrays.js';
import { compileSubquery } from './compile-subquery.js';
import type { Frame, Row } from './frame.js';
import type { PlanNode } from './plan-node.js';
import type { SystemColumns } from './system-columns.js';

/** An expression as code: its value for one row. */
export type Evaluate = (row: Row, frame: Frame) => unknown;

/** Which rows the expressions being compiled will see, level by level. */
export interface Level {
  readonly scope: object;
  /** Rows begin at this slot of the flat row: those of a scan or join inside a larger FROM. */
  readonly base: number;
  /** Of how many slots; all there are when left out. A level may come twice: the side of a join, then what it may refer to. */
  readonly width?: number;
  /** After grouping: rows are grouping values, then aggregates. */
  readonly keys: readonly Expression[] | null;
  readonly parent: Level | null;
}

/** What compiling a plan shares: register numbers, and how to plan the subqueries met on the way. */
export interface Compiler {
  register(operand: CaseOperand): number;
  planSubquery(query: Query, level: Level): PlanNode;
}

/** The expressions that may be of kind K. */
type Of<K extends Expression['kind'], E = Expression> = E extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? E
    : never
  : never;

/** What compiling one expression has at hand. */
interface Place {
  readonly compiler: Compiler;
  readonly level: Level;
  /** Compiles a part, at the same place. */
  part(expression: Expression): Evaluate;
}

type CompileOf = { readonly [K in Expression['kind']]: (expression: Of<K>, place: Place) => Evaluate };

export function compile(expression: Expression, compiler: Compiler, level: Level): Evaluate {
  const place: Place = { compiler, level, part: (inner) => compile(inner, compiler, level) };
  const compileKind = COMPILE[expression.kind] as (expression: Expression, place: Place) => Evaluate;
  return compileKind(expression, place);
}

const slotReading = ({ index }: { index: number }): Evaluate => {
  return (row) => row[index];
};

const subquery = (
  expression: Of<'scalar-subquery' | 'exists' | 'array-subquery' | 'quantified-subquery'>,
  place: Place,
): Evaluate => compileSubquery(expression, place.compiler, place.level, place.part);

/** How each kind of expression becomes code. */
const COMPILE: CompileOf = {
  constant:
    ({ value }) =>
    () =>
      value,
  parameter:
    ({ index }) =>
    (_row, frame) =>
      frame.execution.parameters[index],
  column: (expression, { level }) => slotReader(expression, level, expression.source.offset + expression.index),
  'system-column': compileSystemColumn,
  slot: slotReading,
  grouped: slotReading,
  'case-operand': (operand, { compiler }) => {
    const register = compiler.register(operand);
    return (_row, frame) => frame.execution.registers[register];
  },
  call: (expression, { part }) => compileCall(expression, part),
  cast: compileCast,
  modify: compileModify,
  and: ({ args }, { part }) => compileAnd(args.map(part)),
  or: ({ args }, { part }) => compileOr(args.map(part)),
  not: ({ arg }, { part }) => compileNot(part(arg)),
  'null-test': ({ arg, isNull }, { part }) => {
    const value = part(arg);
    return (row, frame) => (value(row, frame) === null) === isNull;
  },
  'boolean-test': ({ arg, wanted, negated }, { part }) => {
    const value = part(arg);
    return (row, frame) => (value(row, frame) === wanted) !== negated;
  },
  case: (expression, { compiler, part }) => compileCase(expression, compiler, part),
  coalesce: ({ args }, { part }) => compileCoalesce(args.map(part)),
  greatest: ({ type, args }, { part }) => compileMinMax(type, 1, args.map(part)),
  least: ({ type, args }, { part }) => compileMinMax(type, -1, args.map(part)),
  nullif: compileNullIf,
  distinct: (expression, { part }) => compileDistinct(expression, part(expression.left), part(expression.right)),
  'array-comparison': (expression, { part }) =>
    compileArrayComparison(expression, part(expression.left), part(expression.array)),
  array: ({ elements }, { part }) => compileArray(elements.map(part)),
  subscript: ({ array, index }, { part }) => compileSubscript(part(array), part(index)),
  'scalar-subquery': subquery,
  exists: subquery,
  'array-subquery': subquery,
  'quantified-subquery': subquery,
  aggregate: () => {
    throw error(SqlState.internalError, 'an aggregate outside its query');
  },
};

function compileSystemColumn(expression: Of<'system-column'>, { level }: Place): Evaluate {
  const { name } = expression;
  const read = slotReader(expression, level, systemSlot(expression.source));
  return (row, frame) => (read(row, frame) as SystemColumns | null)?.[name] ?? null;
}

function compileCast({ cast, explicit, arg }: Of<'cast'>, { part }: Place): Evaluate {
  const input = part(arg);
  if (cast.method === 'binary') return input;
  return (row, frame) => {
    const value = input(row, frame);
    return value === null ? null : cast.convert(value, frame.execution.call, explicit);
  };
}

function compileModify({ type: oid, typmod, explicit, arg }: Of<'modify'>, { part }: Place): Evaluate {
  const input = part(arg);
  const type = types.byOid(oid);
  return (row, frame) => {
    const value = input(row, frame);
    return value === null ? null : type.coerce!(value, typmod, explicit);
  };
}

function compileNot(arg: Evaluate): Evaluate {
  return (row, frame) => {
    const value = arg(row, frame);
    return value === null ? null : !value;
  };
}

function compileNullIf({ left, right, equality }: Of<'nullif'>, { part }: Place): Evaluate {
  const [value, other] = [part(left), part(right)];
  return (row, frame) => {
    const result = value(row, frame);
    return result !== null && equality([result, other(row, frame)], frame.execution.call) === true ? null : result;
  };
}

type Reference = Extract<Expression, { kind: 'column' | 'system-column' }>;

/** Reads a slot of this level's row, or of the row of a level further out. */
function slotReader(reference: Reference, level: Level, flatSlot: number): Evaluate {
  let levels = 0;
  for (let at: Level | null = level; at; at = at.parent, levels++) {
    if (at.scope !== reference.source.scope || !covers(at, flatSlot)) continue;
    const slot = slotIn(at, reference, flatSlot);
    if (levels === 0) return (row) => row[slot];
    const depth = levels;
    if (depth === 1) return (_row, frame) => frame.outer(1)[slot];
    return (_row, frame) => frame.outer(depth)[slot];
  }
  throw error(SqlState.internalError, `column ${reference.source.alias}.${reference.name} is not in sight`);
}

function covers({ base, width }: Level, flatSlot: number): boolean {
  return width === undefined || (flatSlot >= base && flatSlot < base + width);
}

function slotIn(level: Level, reference: Reference, flatSlot: number): number {
  if (level.keys === null) return flatSlot - level.base;
  const key = level.keys.findIndex((candidate) => sameExpression(candidate, reference));
  if (key >= 0) return key;
  const name = `${reference.source.alias}.${reference.name}`;
  throw error(
    SqlState.groupingError,
    `subquery uses ungrouped column "${name}" from outer query`,
    at(reference.location),
  );
}

function compileAnd(args: readonly Evaluate[]): Evaluate {
  if (args.length === 2) {
    const [a, b] = args;
    return (row, frame) => {
      const left = a(row, frame);
      if (left === false) return false;
      const right = b(row, frame);
      return right === false ? false : left === null || right === null ? null : true;
    };
  }
  return (row, frame) => {
    let result: boolean | null = true;
    for (const arg of args) {
      const value = arg(row, frame);
      if (value === false) return false;
      if (value === null) result = null;
    }
    return result;
  };
}

function compileOr(args: readonly Evaluate[]): Evaluate {
  return (row, frame) => {
    let result: boolean | null = false;
    for (const arg of args) {
      const value = arg(row, frame);
      if (value === true) return true;
      if (value === null) result = null;
    }
    return result;
  };
}

function compileCase(
  expression: Extract<Expression, { kind: 'case' }>,
  compiler: Compiler,
  part: (e: Expression) => Evaluate,
): Evaluate {
  const { subject } = expression;
  const value = subject && part(subject.value);
  const register = subject ? compiler.register(subject.operand) : 0;
  const branches = expression.branches.map(({ condition, result }) => ({
    condition: part(condition),
    result: part(result),
  }));
  const otherwise = part(expression.otherwise);
  return (row, frame) => {
    if (value) frame.execution.registers[register] = value(row, frame);
    for (const { condition, result } of branches) if (condition(row, frame) === true) return result(row, frame);
    return otherwise(row, frame);
  };
}

function compileCoalesce(args: readonly Evaluate[]): Evaluate {
  return (row, frame) => {
    for (const arg of args) {
      const value = arg(row, frame);
      if (value !== null) return value;
    }
    return null;
  };
}

function compileMinMax(typeOid: number, sign: 1 | -1, args: readonly Evaluate[]): Evaluate {
  const type = types.byOid(typeOid);
  return (row, frame) => {
    let best: unknown = null;
    for (const arg of args) {
      const value = arg(row, frame);
      if (value !== null && (best === null || type.compare(value, best) * sign > 0)) best = value;
    }
    return best;
  };
}

function compileDistinct(
  expression: Extract<Expression, { kind: 'distinct' }>,
  left: Evaluate,
  right: Evaluate,
): Evaluate {
  const { equality, negated } = expression;
  return (row, frame) => {
    const [a, b] = [left(row, frame), right(row, frame)];
    const isSame = a === null || b === null ? a === b : equality([a, b], frame.execution.call) === true;
    return isSame === negated;
  };
}

/** A condition as WHERE takes it: null counts as false. */
export function compileCondition(
  conditions: readonly Expression[],
  compiler: Compiler,
  level: Level,
): ((row: Row, frame: Frame) => boolean) | null {
  const parts = conditions.map((condition) => compile(condition, compiler, level));
  if (parts.length === 0) return null;
  if (parts.length === 1) {
    const [only] = parts;
    return (row, frame) => only(row, frame) === true;
  }
  return (row, frame) => {
    for (const part of parts) if (part(row, frame) !== true) return false;
    return true;
  };
}
