import type { Oid } from '../../base/block.js';
import { assert, error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import { type Caller, callerOf, gathering } from './call.js';
import type { CastTable } from './cast-table.js';
import { CommonTypes } from './common-type.js';
import type { FunctionTable } from './function-table.js';
import type { OperatorTable } from './operator-table.js';
import { isConsistent, isPolymorphic, resolvePolymorphic } from './polymorphism.js';
import { type Candidate, selectCandidate } from './select-candidate.js';
import type { AggregateState, FunctionSignature, OperatorSignature } from './signature.js';

/** A function chosen for one call. */
export interface ResolvedFunction {
  readonly kind: 'function';
  readonly signature: FunctionSignature;
  /** What each argument must be converted to (implicitly), one for each argument given. `any` and `unknown`: leave it as it is. */
  readonly argTypes: readonly Oid[];
  readonly returns: Oid;
  /** Takes the converted arguments. Null for null when the function is strict; an iterable when it returns a set. */
  readonly call: Caller;
}

/** An aggregate chosen for one call. */
export interface ResolvedAggregate {
  readonly kind: 'aggregate';
  readonly signature: FunctionSignature;
  readonly argTypes: readonly Oid[];
  readonly returns: Oid;
  /** Are rows with a null argument to be passed over (`step` not called)? */
  readonly skipsNulls: boolean;
  start(): AggregateState;
}

/** `typename(x)`: not a function but a cast written like one. */
export interface ResolvedCoercion {
  readonly kind: 'coercion';
  readonly target: Oid;
}

export interface ResolvedOperator {
  readonly operator: OperatorSignature;
  /** undefined for a prefix operator. */
  readonly leftType: Oid | undefined;
  readonly rightType: Oid;
  readonly returns: Oid;
  /** Takes [left, right] or [right]. */
  readonly call: Caller;
}

interface FunctionCandidate extends Candidate {
  readonly signature: FunctionSignature;
  /** How many arguments stay outside the gathered VARIADIC array; undefined when none is gathered. */
  readonly fixed?: number;
  readonly defaulted: number;
}

/** Which function or operator a name with argument types means (parser/parse_func.c, parser/parse_oper.c). */
export class Resolver {
  readonly common: CommonTypes;

  constructor(
    readonly functions: FunctionTable,
    readonly operators: OperatorTable,
    readonly casts: CastTable,
  ) {
    this.common = new CommonTypes(casts);
  }

  /** Can these arguments be converted implicitly, polymorphic types agreeing with each other? */
  canCoerce(from: readonly Oid[], to: readonly Oid[]): boolean {
    const eachFits = from.every((type, i) => this.canCoerceOne(type, to[i]));
    return eachFits && isConsistent(to, from, (candidates) => this.common.find(candidates));
  }

  private canCoerceOne(from: Oid, to: Oid): boolean {
    if (from === to || to === TypeOid.any || from === TypeOid.unknown || isPolymorphic(to)) return true;
    return this.casts.find(from, to, 'implicit') !== undefined;
  }

  /** `left` null: a prefix operator. Types may be `unknown`. Errors 42883, 42725. */
  resolveOperator(name: string, left: Oid | null, right: Oid): ResolvedOperator {
    const found = left === null ? this.findPrefix(name, right) : this.findBinary(name, left, right);
    const given = left === null ? [right] : [left, right];
    if (!found) throw undefinedOperator(name, left, right);
    if (found === 'ambiguous') throw ambiguousOperator(name, left, right);
    const declared = left === null ? [found.right] : [found.left, found.right];
    const { args, returns } = this.concrete(declared, given, found.procedure.returns);
    const call = callerOf(found.procedure, { args, returns });
    return { operator: found, leftType: left === null ? undefined : args[0], rightType: args.at(-1)!, returns, call };
  }

  private findPrefix(name: string, right: Oid): OperatorSignature | 'ambiguous' | undefined {
    const exact = this.operators.exact(name, 0, right);
    if (exact) return exact;
    const candidates = this.operators.byName(name).filter(({ left }) => left === 0);
    return this.chooseOperator(
      [right],
      candidates.map((operator) => ({ operator, args: [operator.right] })),
    );
  }

  private findBinary(name: string, left: Oid, right: Oid): OperatorSignature | 'ambiguous' | undefined {
    // A literal beside a known type is first tried as that type.
    const [l, r] = [left === TypeOid.unknown ? right : left, right === TypeOid.unknown ? left : right];
    const exact = this.operators.exact(name, l, r);
    if (exact && l !== TypeOid.unknown) return exact;
    const candidates = this.operators.byName(name).filter((operator) => operator.left !== 0);
    return this.chooseOperator(
      [left, right],
      candidates.map((operator) => ({ operator, args: [operator.left, operator.right] })),
    );
  }

  private chooseOperator(
    given: readonly Oid[],
    candidates: readonly (Candidate & { operator: OperatorSignature })[],
  ): OperatorSignature | 'ambiguous' | undefined {
    const fitting = candidates.filter(({ args }) => this.canCoerce(given, args));
    if (fitting.length <= 1) return fitting[0]?.operator;
    const best = selectCandidate(given, fitting, (from, to) => this.canCoerce(from, to));
    return best?.operator ?? 'ambiguous';
  }

  /**
   * `variadicArray`: the call says VARIADIC before its last argument. `count(*)` is `count` without arguments.
   * Errors 42883, 42725.
   */
  resolveFunction(
    name: string,
    given: readonly Oid[],
    variadicArray = false,
  ): ResolvedFunction | ResolvedAggregate | ResolvedCoercion {
    const candidates = this.candidatesFor(name, given.length, variadicArray);
    const exact = candidates.find(({ args }) => args.every((type, i) => type === given[i]));
    if (exact) return this.resolved(exact, given);
    const target = given.length === 1 ? this.coercionTarget(name, given[0]) : undefined;
    if (target !== undefined) return { kind: 'coercion', target };
    const fitting = candidates.filter(({ args }) => this.canCoerce(given, args));
    if (fitting.length === 0) throw undefinedFunction(name, given);
    const best =
      fitting.length === 1 ? fitting[0] : selectCandidate(given, fitting, (from, to) => this.canCoerce(from, to));
    if (!best) throw ambiguousFunction(name, given);
    return this.resolved(best, given);
  }

  /** Errors 42883, 42725, 42809 when the name is no aggregate. */
  resolveAggregate(name: string, given: readonly Oid[]): ResolvedAggregate {
    const found = this.resolveFunction(name, given);
    if (found.kind === 'aggregate') return found;
    throw error(SqlState.wrongObjectType, `${describeCall(name, given)} is not an aggregate function`);
  }

  isAggregateName(name: string): boolean {
    return this.functions.byName(name).some(({ kind }) => kind === 'aggregate');
  }

  private candidatesFor(name: string, count: number, variadicArray: boolean): FunctionCandidate[] {
    const found: FunctionCandidate[] = [];
    for (const signature of this.functions.byName(name)) {
      const candidate = asCandidate(signature, count, variadicArray);
      if (candidate) found.push(candidate);
    }
    // A function that needs no VARIADIC gathering or defaults hides one that does.
    return found.filter(
      (one) => !found.some((other) => other !== one && sameTypes(one.args, other.args) && isPlainer(other, one)),
    );
  }

  private coercionTarget(name: string, given: Oid): Oid | undefined {
    const type = types.byName(name);
    if (!type || type.name !== name) return undefined;
    if (given === TypeOid.unknown) return type.oid;
    const cast = this.casts.find(given, type.oid, 'explicit');
    return cast && (cast.method === 'binary' || cast.method === 'io') ? type.oid : undefined;
  }

  private resolved(candidate: FunctionCandidate, given: readonly Oid[]): ResolvedFunction | ResolvedAggregate {
    const { signature, fixed } = candidate;
    const { args, returns } = this.concrete(candidate.args, given, signature.returns);
    if ('start' in signature.implementation) {
      const { start, skipsNulls } = signature.implementation;
      const argTypes = args.map((type, i) => (type === TypeOid.any ? given[i] : type));
      return {
        kind: 'aggregate',
        signature,
        argTypes,
        returns,
        skipsNulls,
        start: () => start({ args: argTypes, returns }),
      };
    }
    const actual = args.map((type, i) => (type === TypeOid.any ? given[i] : type));
    const defaults = this.defaultValues(candidate);
    const bodyArgs = [
      ...(fixed === undefined ? actual : gatheredTypes(actual, fixed)),
      ...defaults.map(({ type }) => type),
    ];
    let call = callerOf(signature, { args: bodyArgs, returns });
    if (defaults.length > 0)
      call = withDefaults(
        call,
        defaults.map(({ value }) => value),
      );
    if (fixed !== undefined) call = gathering(call, fixed);
    return { kind: 'function', signature, argTypes: args, returns, call };
  }

  private defaultValues({ signature, defaulted }: FunctionCandidate): { type: Oid; value: unknown }[] {
    const missing = signature.args.slice(signature.args.length - defaulted);
    const texts = signature.defaults.slice(signature.defaults.length - defaulted);
    return missing.map((type, i) => ({ type, value: types.byOid(type).input(texts[i], -1) }));
  }

  private concrete(
    declared: readonly Oid[],
    given: readonly Oid[],
    returns: Oid,
  ): { args: readonly Oid[]; returns: Oid } {
    return resolvePolymorphic(declared, given, returns, (candidates) => this.common.find(candidates));
  }
}

function asCandidate(
  signature: FunctionSignature,
  count: number,
  variadicArray: boolean,
): FunctionCandidate | undefined {
  const { args, variadic, defaults } = signature;
  if (variadic !== 0 && !variadicArray && count >= args.length) {
    const fixed = args.length - 1;
    const gathered = Array.from({ length: count - fixed }, () => variadic);
    // VARIADIC "any" takes its arguments as they come, in no array.
    return {
      signature,
      args: [...args.slice(0, fixed), ...gathered],
      fixed: variadic === TypeOid.any ? undefined : fixed,
      defaulted: 0,
    };
  }
  const missing = args.length - count;
  if (missing < 0 || missing > defaults.length) return undefined;
  return { signature, args: args.slice(0, count), defaulted: missing };
}

function isPlainer(one: FunctionCandidate, than: FunctionCandidate): boolean {
  const effort = ({ fixed, defaulted, signature }: FunctionCandidate) =>
    Number(fixed !== undefined || signature.variadic !== 0) + Number(defaulted > 0);
  return effort(one) < effort(than);
}

function sameTypes(a: readonly Oid[], b: readonly Oid[]): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i]);
}

function gatheredTypes(args: readonly Oid[], fixed: number): Oid[] {
  const array = types.arrayOf(args[fixed]);
  assert(array !== 0, 'variadic elements have an array type');
  return [...args.slice(0, fixed), array];
}

function withDefaults(call: Caller, values: readonly unknown[]): Caller {
  return (args, env) => call([...args, ...values], env);
}

function describeCall(name: string, given: readonly Oid[]): string {
  return `${name}(${given.map((type) => types.format(type)).join(', ')})`;
}

function describeOperator(name: string, left: Oid | null, right: Oid): string {
  return left === null ? `${name} ${types.format(right)}` : `${types.format(left)} ${name} ${types.format(right)}`;
}

const CASTS_HINT = 'You might need to add explicit type casts.';

function undefinedOperator(name: string, left: Oid | null, right: Oid): Error {
  const hint =
    left === null
      ? 'No operator matches the given name and argument type. You might need to add an explicit type cast.'
      : `No operator matches the given name and argument types. ${CASTS_HINT}`;
  return error(SqlState.undefinedFunction, `operator does not exist: ${describeOperator(name, left, right)}`, { hint });
}

function ambiguousOperator(name: string, left: Oid | null, right: Oid): Error {
  const hint = `Could not choose a best candidate operator. ${CASTS_HINT}`;
  return error(SqlState.ambiguousFunction, `operator is not unique: ${describeOperator(name, left, right)}`, { hint });
}

function undefinedFunction(name: string, given: readonly Oid[]): Error {
  const hint = `No function matches the given name and argument types. ${CASTS_HINT}`;
  return error(SqlState.undefinedFunction, `function ${describeCall(name, given)} does not exist`, { hint });
}

function ambiguousFunction(name: string, given: readonly Oid[]): Error {
  const hint = `Could not choose a best candidate function. ${CASTS_HINT}`;
  return error(SqlState.ambiguousFunction, `function ${describeCall(name, given)} is not unique`, { hint });
}
