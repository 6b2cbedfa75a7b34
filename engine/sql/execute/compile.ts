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
  /** After grouping: rows are grouping values, then aggregates. */
  readonly keys: readonly Expression[] | null;
  readonly parent: Level | null;
}

/** What compiling a plan shares: register numbers, and how to plan the subqueries met on the way. */
export interface Compiler {
  register(operand: CaseOperand): number;
  planSubquery(query: Query, level: Level): PlanNode;
}

export function compile(expression: Expression, compiler: Compiler, level: Level): Evaluate {
  const part = (inner: Expression): Evaluate => compile(inner, compiler, level);
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'parameter': {
      const { index } = expression;
      return (_row, frame) => frame.execution.parameters[index];
    }
    case 'column':
      return slotReader(expression, level, expression.source.offset + expression.index);
    case 'system-column': {
      const { name } = expression;
      const read = slotReader(expression, level, systemSlot(expression.source));
      return (row, frame) => (read(row, frame) as SystemColumns | null)?.[name] ?? null;
    }
    case 'slot': {
      const { index } = expression;
      return (row) => row[index];
    }
    case 'grouped': {
      const { index } = expression;
      return (row) => row[index];
    }
    case 'case-operand': {
      const register = compiler.register(expression);
      return (_row, frame) => frame.execution.registers[register];
    }
    case 'call':
      return compileCall(expression, part);
    case 'cast': {
      const { cast, explicit } = expression;
      const arg = part(expression.arg);
      if (cast.method === 'binary') return arg;
      return (row, frame) => {
        const value = arg(row, frame);
        return value === null ? null : cast.convert(value, frame.execution.call, explicit);
      };
    }
    case 'modify': {
      const { typmod, explicit } = expression;
      const arg = part(expression.arg);
      const type = types.byOid(expression.type);
      return (row, frame) => {
        const value = arg(row, frame);
        return value === null ? null : type.coerce!(value, typmod, explicit);
      };
    }
    case 'and':
      return compileAnd(expression.args.map(part));
    case 'or':
      return compileOr(expression.args.map(part));
    case 'not': {
      const arg = part(expression.arg);
      return (row, frame) => {
        const value = arg(row, frame);
        return value === null ? null : !value;
      };
    }
    case 'null-test': {
      const { isNull } = expression;
      const arg = part(expression.arg);
      return (row, frame) => (arg(row, frame) === null) === isNull;
    }
    case 'boolean-test': {
      const { wanted, negated } = expression;
      const arg = part(expression.arg);
      return (row, frame) => (arg(row, frame) === wanted) !== negated;
    }
    case 'case':
      return compileCase(expression, compiler, part);
    case 'coalesce':
      return compileCoalesce(expression.args.map(part));
    case 'greatest':
    case 'least':
      return compileMinMax(expression.type, expression.kind === 'greatest' ? 1 : -1, expression.args.map(part));
    case 'nullif': {
      const [left, right] = [part(expression.left), part(expression.right)];
      const { equality } = expression;
      return (row, frame) => {
        const value = left(row, frame);
        return value !== null && equality([value, right(row, frame)], frame.execution.call) === true ? null : value;
      };
    }
    case 'distinct':
      return compileDistinct(expression, part(expression.left), part(expression.right));
    case 'array-comparison':
      return compileArrayComparison(expression, part(expression.left), part(expression.array));
    case 'array':
      return compileArray(expression.elements.map(part));
    case 'subscript':
      return compileSubscript(expression, part(expression.array), part(expression.index));
    case 'scalar-subquery':
    case 'exists':
    case 'array-subquery':
    case 'quantified-subquery':
      return compileSubquery(expression, compiler, level, part);
    case 'aggregate':
      throw error(SqlState.internalError, 'an aggregate outside its query');
  }
}

type Reference = Extract<Expression, { kind: 'column' | 'system-column' }>;

/** Reads a slot of this level's row, or of the row of a level further out. */
function slotReader(reference: Reference, level: Level, flatSlot: number): Evaluate {
  let levels = 0;
  for (let at: Level | null = level; at; at = at.parent, levels++) {
    if (at.scope !== reference.source.scope) continue;
    const slot = slotIn(at, reference, flatSlot);
    if (levels === 0) return (row) => row[slot];
    const depth = levels;
    if (depth === 1) return (_row, frame) => frame.outer(1)[slot];
    return (_row, frame) => frame.outer(depth)[slot];
  }
  throw error(SqlState.internalError, `column ${reference.source.alias}.${reference.name} is not in sight`);
}

function slotIn(level: Level, reference: Reference, flatSlot: number): number {
  if (level.keys === null) return flatSlot - level.base;
  const key = level.keys.findIndex((candidate) => sameExpression(candidate, reference));
  if (key >= 0) return key;
  const name = `${reference.source.alias}.${reference.name}`;
  throw error(SqlState.groupingError, `subquery uses ungrouped column "${name}" from outer query`, at(reference.location));
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

function compileCase(expression: Extract<Expression, { kind: 'case' }>, compiler: Compiler, part: (e: Expression) => Evaluate): Evaluate {
  const { subject } = expression;
  const value = subject && part(subject.value);
  const register = subject ? compiler.register(subject.operand) : 0;
  const branches = expression.branches.map(({ condition, result }) => ({ condition: part(condition), result: part(result) }));
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

function compileDistinct(expression: Extract<Expression, { kind: 'distinct' }>, left: Evaluate, right: Evaluate): Evaluate {
  const { equality, negated } = expression;
  return (row, frame) => {
    const [a, b] = [left(row, frame), right(row, frame)];
    const isSame = a === null || b === null ? a === b : equality([a, b], frame.execution.call) === true;
    return isSame === negated;
  };
}

/** A condition as WHERE takes it: null counts as false. */
export function compileCondition(conditions: readonly Expression[], compiler: Compiler, level: Level): ((row: Row, frame: Frame) => boolean) | null {
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

