import { expect } from 'chai';
import { PgError } from '../../base/errors.js';
import { SqlArray } from '../types/array/sql-array.js';
import { types } from '../types/type-table.js';
import { builtInFamilies, createResolver } from './built-in.js';
import { converter } from './coerce.js';
import { type CallCase, callCases } from './testing/call-cases.js';
import { testEnvironment } from './testing/test-environment.js';

const resolver = createResolver();
const env = testEnvironment();

const oidOf = (name: string) => types.byName(name)!.oid;

function shownOrError(work: () => string | null): string | null {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    return `ERROR ${thrown.sqlState} ${thrown.message}`;
  }
}

function call([name, typeNames, texts]: CallCase): string | null {
  const argTypes = typeNames === '' ? [] : typeNames.split(',').map(oidOf);
  const found = resolver.resolveFunction(name, argTypes, takesArray(name, typeNames));
  if (found.kind !== 'function') throw new Error(`${name} is no function`);
  const args = texts.map((text, i) => types.byOid(argTypes[i]).input(text, -1));
  const result = found.call(args, env);
  if (!found.signature.returnsSet) return result === null ? null : types.byOid(found.returns).output(result, env);
  const items = firstOf(result as Iterable<unknown>, 20);
  return items.length === 0 ? null : types.byOid(types.arrayOf(found.returns)).output(SqlArray.of(items), env);
}

function firstOf(items: Iterable<unknown>, count: number): unknown[] {
  const taken: unknown[] = [];
  for (const item of items) {
    if (taken.push(item) === count) break;
  }
  return taken;
}

function takesArray(name: string, typeNames: string): boolean {
  return (
    typeNames.split(',').at(-1)!.startsWith('_') &&
    resolver.functions.byName(name).some(({ variadic }) => variadic !== 0)
  );
}

describe('functions', () => {
  it('give what PostgreSQL gives', () => {
    for (const row of callCases) {
      expect(
        shownOrError(() => call(row)),
        `${row[0]}(${row[1]}) of ${JSON.stringify(row[2])}`,
      ).to.equal(row[3]);
    }
  });

  it('have code that some row names', () => {
    for (const family of builtInFamilies) {
      const named = new Set(
        family.rows
          .trim()
          .split('\n')
          .map((row) => /code=(\S+)/.exec(row)?.[1] ?? /^\d+ ([^(]+)/.exec(row)![1]),
      );
      expect(Object.keys(family.code).filter((code) => !named.has(code))).to.eql([]);
    }
  });

  it('strict ones give null for null', () => {
    const { operators } = resolver;
    for (const { procedure, left, right, name } of operators.all()) {
      if (!procedure.strict || left === 0 || types.row(left).kind === 'p' || types.row(right).kind === 'p') continue;
      expect(resolver.resolveOperator(name, left, right).call([null, null], env), name).to.equal(null);
    }
  });
});

describe('operators', () => {
  it('name commutators and negators that name them', () => {
    const { operators } = resolver;
    for (const operator of operators.all()) {
      const commutator = operators.byOid(operator.commutator);
      const negator = operators.byOid(operator.negator);
      if (commutator) expect([commutator.left, commutator.right]).to.eql([operator.right, operator.left]);
      if (negator) expect(negator.negator).to.equal(operator.oid);
    }
  });

  it('are chosen as PostgreSQL chooses them', () => {
    const chosen = (left: string | null, name: string, right: string) =>
      shownOrError(() => {
        const found = resolver.resolveOperator(name, left === null ? null : oidOf(left), oidOf(right));
        const operands = [found.leftType, found.rightType].filter((type) => type !== undefined);
        return `${operands.map((type) => types.format(type)).join(', ')} → ${types.format(found.returns)}`;
      });
    expect(chosen('int4', '+', 'int8')).to.equal('integer, bigint → bigint');
    expect(chosen('int4', '+', 'unknown')).to.equal('integer, integer → integer');
    expect(chosen('int4', '+', 'numeric')).to.equal('numeric, numeric → numeric');
    expect(chosen('float4', '*', 'numeric')).to.equal('real, double precision → double precision');
    expect(chosen('varchar', '=', 'bpchar')).to.equal('character, character → boolean');
    expect(chosen('unknown', '||', 'unknown')).to.equal('text, text → text');
    expect(chosen('int4', '||', 'unknown')).to.equal('integer, text → text');
    expect(chosen('_int4', '||', 'int8')).to.equal('bigint[], bigint → bigint[]');
    expect(chosen('date', '-', 'date')).to.equal('date, date → integer');
    expect(chosen('timestamptz', '-', 'unknown')).to.equal(
      'timestamp with time zone, timestamp with time zone → interval',
    );
    expect(chosen(null, '-', 'unknown')).to.equal('ERROR 42725 operator is not unique: - unknown');
    expect(chosen('unknown', '+', 'unknown')).to.equal('ERROR 42725 operator is not unique: unknown + unknown');
    expect(chosen('int4', '+', 'text')).to.equal('ERROR 42883 operator does not exist: integer + text');
    expect(chosen('int4', '=', 'varchar')).to.equal('ERROR 42883 operator does not exist: integer = character varying');
  });
});

describe('function resolution', () => {
  const chosen = (name: string, ...args: string[]) =>
    shownOrError(() => {
      const found = resolver.resolveFunction(name, args.map(oidOf));
      if (found.kind === 'coercion') return `cast to ${types.format(found.target)}`;
      return `${found.kind} (${found.argTypes.map((type) => types.format(type)).join(', ')}) → ${types.format(found.returns)}`;
    });

  it('chooses as PostgreSQL chooses', () => {
    expect(chosen('lower', 'unknown')).to.equal('function (text) → text');
    expect(chosen('round', 'int4')).to.equal('function (double precision) → double precision');
    expect(chosen('round', 'numeric', 'int8')).to.equal('ERROR 42883 function round(numeric, bigint) does not exist');
    expect(chosen('mod', 'int4', 'int8')).to.equal('function (bigint, bigint) → bigint');
    expect(chosen('concat', 'int4', 'unknown', 'bool')).to.equal('function ("any", "any", "any") → text');
    expect(chosen('array_append', '_int4', 'numeric')).to.equal('function (numeric[], numeric) → numeric[]');
    expect(chosen('text', 'int4')).to.equal('cast to text');
    expect(chosen('date', 'unknown')).to.equal('cast to date');
    expect(chosen('count')).to.equal('aggregate () → bigint');
    expect(chosen('max', 'varchar')).to.equal('aggregate (text) → text');
    expect(chosen('sum', 'int8')).to.equal('aggregate (bigint) → numeric');
    expect(chosen('nothing', 'int4')).to.equal('ERROR 42883 function nothing(integer) does not exist');
  });

  it('gathers VARIADIC arguments and fills in defaults', () => {
    const found = resolver.resolveFunction('make_interval', [oidOf('int4')]);
    expect(found.kind === 'function' && types.byOid(found.returns).output(found.call([2], env))).to.equal('2 years');
    const joined = resolver.resolveFunction('concat_ws', [oidOf('text'), oidOf('int4'), oidOf('text')]);
    expect(joined.kind === 'function' && joined.call(['-', 1, 'b'], env)).to.equal('1-b');
  });

  it('finds the common type of several', () => {
    const common = (...names: string[]) =>
      shownOrError(() => types.format(resolver.common.require(names.map(oidOf), 'CASE')));
    expect(common('int4', 'unknown', 'numeric')).to.equal('numeric');
    expect(common('unknown', 'unknown')).to.equal('text');
    expect(common('varchar', 'text')).to.equal('character varying');
    expect(common('int8', 'float4')).to.equal('real');
    expect(common('int4', 'text')).to.equal('ERROR 42804 CASE types integer and text cannot be matched');
  });
});

describe('casts', () => {
  it('exist only in their contexts', () => {
    const { casts } = resolver;
    const [int8, int4, text, bool] = ['int8', 'int4', 'text', 'bool'].map(oidOf);
    expect(casts.find(int4, int8, 'implicit')).to.not.equal(undefined);
    expect(casts.find(int8, int4, 'implicit')).to.equal(undefined);
    expect(casts.find(int8, int4, 'assignment')).to.not.equal(undefined);
    expect(casts.find(int4, bool, 'assignment')).to.equal(undefined);
    expect(casts.find(int4, bool, 'explicit')).to.not.equal(undefined);
    expect(casts.find(int4, text, 'implicit')).to.equal(undefined);
    expect(casts.find(int4, text, 'assignment')?.method).to.equal('io');
    expect(casts.find(text, int4, 'assignment')).to.equal(undefined);
  });

  it('apply the type modifier after the conversion, cutting only when explicit', () => {
    const convert = (from: string, to: string, typmod: number, context: 'assignment' | 'explicit', value: unknown) =>
      shownOrError(() =>
        types.byName(to)!.output(converter(resolver.casts, oidOf(from), oidOf(to), typmod, context)!(value, env)),
      );
    expect(convert('int4', 'varchar', 4 + 2, 'explicit', 123)).to.equal('12');
    expect(convert('int4', 'varchar', 4 + 2, 'assignment', 123)).to.equal(
      'ERROR 22001 value too long for type character varying(2)',
    );
    expect(convert('unknown', 'numeric', ((4 << 16) | 1) + 4, 'assignment', '12.25')).to.equal('12.3');
    expect(convert('_int4', '_text', -1, 'explicit', SqlArray.of([1, null]))).to.equal('{1,NULL}');
    expect(convert('bool', 'text', -1, 'explicit', true)).to.equal('true');
  });
});
