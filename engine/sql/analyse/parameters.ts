import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at } from '../parse/nodes.js';
import { TypeOid } from '../types/oids.js';
import type { Parameter } from './expression.js';

/**
 * The types of `$1, $2, ...` (parser/parse_param.c). A parameter whose type the client left open takes the one that its
 * first use demands; later uses must agree.
 */
export class Parameters {
  private readonly types: Oid[];

  /** `open` false: exactly these parameters exist (none in the simple protocol). */
  constructor(
    given: readonly Oid[],
    private readonly open: boolean,
  ) {
    this.types = [...given];
  }

  reference(number: number, location: number | undefined): Parameter {
    if (number <= 0 || number > 65535 || (!this.open && number > this.types.length)) {
      throw error(SqlState.undefinedParameter, `there is no parameter $${number}`, at(location));
    }
    while (this.types.length < number) this.types.push(0);
    const type = this.types[number - 1] || TypeOid.unknown;
    return { kind: 'parameter', index: number - 1, type, typmod: -1, location, open: this };
  }

  /** Gives an untyped parameter its type. Raises 42P08 when another use decided otherwise. */
  decide(parameter: Parameter, type: Oid): Parameter {
    const known = this.types[parameter.index];
    if (known && known !== TypeOid.unknown && known !== type) {
      throw error('42P08', `inconsistent types deduced for parameter $${parameter.index + 1}`, at(parameter.location));
    }
    this.types[parameter.index] = type;
    return { ...parameter, type };
  }

  /** All types, at the end of analysis. Raises 42P18 for one that nothing decided. */
  decided(): Oid[] {
    this.types.forEach((type, index) => {
      if (type && type !== TypeOid.unknown) return;
      throw error(SqlState.indeterminateDatatype, `could not determine data type of parameter $${index + 1}`);
    });
    return this.types;
  }
}
