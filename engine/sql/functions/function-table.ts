import type { Oid } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import { types } from '../types/type-table.js';
import type { FunctionFamily, FunctionSignature, Volatility } from './signature.js';

/** All functions and aggregates, by name and oid. A wider table is made from the built-in families and more. */
export class FunctionTable {
  private readonly oids = new Map<Oid, FunctionSignature>();
  private readonly names = new Map<string, FunctionSignature[]>();

  constructor(families: readonly FunctionFamily[]) {
    for (const family of families) {
      for (const line of family.rows.split('\n')) if (line.trim() !== '') this.add(parseRow(line.trim(), family));
    }
  }

  private add(signature: FunctionSignature): void {
    assert(!this.oids.has(signature.oid), `function oid ${signature.oid} is used twice`);
    this.oids.set(signature.oid, signature);
    const others = this.names.get(signature.name);
    if (others) others.push(signature);
    else this.names.set(signature.name, [signature]);
  }

  byOid(oid: Oid): FunctionSignature | undefined {
    return this.oids.get(oid);
  }

  byName(name: string): readonly FunctionSignature[] {
    return this.names.get(name) ?? [];
  }

  all(): IterableIterator<FunctionSignature> {
    return this.oids.values();
  }
}

const ROW = /^(\d+) ([^( ]+)\(([^)]*)\) (\S+)(.*)$/;

function parseRow(line: string, family: FunctionFamily): FunctionSignature {
  const match = ROW.exec(line);
  assert(match, `not a function row: ${line}`);
  const [, oid, name, args, result, flagText] = match;
  const flags = flagText.trim().split(' ');
  const option = (key: string) => flags.find((flag) => flag.startsWith(`${key}=`))?.slice(key.length + 1);
  const source = option('code') ?? name;
  const implementation = family.code[source];
  assert(implementation, `function ${name} has no code ${source}`);
  const variadic = option('variadic');
  return {
    oid: Number(oid),
    name,
    kind: flags.includes('aggregate') ? 'aggregate' : 'function',
    args: args === '' ? [] : args.split(',').map(oidOf),
    variadic: variadic === undefined ? 0 : oidOf(variadic),
    defaults: option('defaults')?.split(',') ?? [],
    returns: oidOf(result),
    returnsSet: flags.includes('set'),
    strict: !flags.includes('lax'),
    volatility:
      (['stable', 'volatile'] as const).find((word) => flags.includes(word)) ?? ('immutable' satisfies Volatility),
    source,
    implementation,
  };
}

function oidOf(typeName: string): Oid {
  const type = types.byName(typeName);
  assert(type, `no type ${typeName}`);
  return type.oid;
}
