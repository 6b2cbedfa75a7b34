import { assert } from '../../base/errors.js';
import { SqlArray } from '../types/array/sql-array.js';
import type { CallEnvironment } from './environment.js';
import type { CallTypes, FunctionSignature } from './signature.js';

export type Caller = (args: readonly unknown[], env: CallEnvironment) => unknown;

/** How to call a function with arguments of these types: a strict one gives null for null without being called. */
export function callerOf(signature: FunctionSignature, callTypes: CallTypes): Caller {
  const { implementation } = signature;
  assert(!('start' in implementation), `aggregate ${signature.name} called as a function`);
  const code = typeof implementation === 'function' ? implementation : implementation.bind(callTypes);
  const call = byArity(code as (...args: unknown[]) => unknown, callTypes.args.length);
  return signature.strict ? strictly(call, signature.returnsSet) : call;
}

/** A spread call costs several times a plain one. */
function byArity(code: (...args: unknown[]) => unknown, arity: number): Caller {
  switch (arity) {
    case 0:
      return (_args, env) => code(env);
    case 1:
      return (args, env) => code(args[0], env);
    case 2:
      return (args, env) => code(args[0], args[1], env);
    case 3:
      return (args, env) => code(args[0], args[1], args[2], env);
    default:
      return (args, env) => code(...args, env);
  }
}

function strictly(call: Caller, returnsSet: boolean): Caller {
  return (args, env) => {
    for (let i = 0; i < args.length; i++) if (args[i] === null) return returnsSet ? [] : null;
    return call(args, env);
  };
}

/** Gathers the arguments from `fixed` on into the array that a VARIADIC function takes. */
export function gathering(call: Caller, fixed: number): Caller {
  return (args, env) => call([...args.slice(0, fixed), SqlArray.of(args.slice(fixed))], env);
}

/** Code with one value kept between the calls of one place: what `prepare` made of the last argument list's `key`. */
export function remembering<K, V>(prepare: (key: K) => V): (key: K) => V {
  let last: { key: K; value: V } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: prepare(key) };
    return last.value;
  };
}
