import type { Oid } from '../../base/block.js';
import { assert } from '../../base/errors.js';
import { types } from '../types/type-table.js';
import type { FunctionTable } from './function-table.js';
import type { OperatorSignature } from './signature.js';

/** All operators, by name and oid. */
export class OperatorTable {
  private readonly oids = new Map<Oid, OperatorSignature>();
  private readonly names = new Map<string, OperatorSignature[]>();

  /** `rows`: see operator-rows.ts. */
  constructor(rows: string, functions: FunctionTable) {
    for (const line of rows.trim().split('\n')) this.add(parseRow(line, functions));
  }

  private add(operator: OperatorSignature): void {
    this.oids.set(operator.oid, operator);
    const others = this.names.get(operator.name);
    if (others) others.push(operator);
    else this.names.set(operator.name, [operator]);
  }

  byOid(oid: Oid): OperatorSignature | undefined {
    return this.oids.get(oid);
  }

  byName(name: string): readonly OperatorSignature[] {
    return this.names.get(name) ?? [];
  }

  all(): IterableIterator<OperatorSignature> {
    return this.oids.values();
  }

  /** The operator of exactly these operand types; `left` 0 for a prefix operator. */
  exact(name: string, left: Oid, right: Oid): OperatorSignature | undefined {
    return this.byName(name).find((operator) => operator.left === left && operator.right === right);
  }
}

function parseRow(line: string, functions: FunctionTable): OperatorSignature {
  const [oid, name, left, right, procedure, commutator, negator, flags = ''] = line.split(' ');
  const signature = functions.byOid(Number(procedure));
  assert(signature, `operator ${oid} has no function ${procedure}`);
  return {
    oid: Number(oid),
    name,
    left: left === '-' ? 0 : types.byName(left)!.oid,
    right: types.byName(right)!.oid,
    procedure: signature,
    commutator: Number(commutator),
    negator: Number(negator),
    canHash: flags.includes('h'),
    canMerge: flags.includes('m'),
  };
}
