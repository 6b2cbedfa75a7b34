import type { Oid } from '../../base/block.js';
import { SqlState } from '../../base/sqlstate.js';
import { error } from '../../base/errors.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';
import type { CastTable } from './cast-table.js';

/** The type that CASE, COALESCE, IN, VALUES, UNION and ARRAY[] give their parts (parser/parse_coerce.c select_common_type). */
export class CommonTypes {
  constructor(private readonly casts: CastTable) {}

  /** undefined when the types do not go together. */
  find(candidates: readonly Oid[]): Oid | undefined {
    let chosen = candidates[0];
    if (chosen !== TypeOid.unknown && candidates.every((type) => type === chosen)) return chosen;
    for (const next of candidates.slice(1)) {
      if (next === TypeOid.unknown || next === chosen) continue;
      if (chosen === TypeOid.unknown) {
        chosen = next;
        continue;
      }
      const [row, nextRow] = [types.row(chosen), types.row(next)];
      if (row.category !== nextRow.category) return undefined;
      if (!row.preferred && this.isImplicit(chosen, next) && !this.isImplicit(next, chosen)) chosen = next;
    }
    return chosen === TypeOid.unknown ? TypeOid.text : chosen;
  }

  /** `construct` names the place in the error 42804: `UNION`, `CASE`, `COALESCE`, `IN`, `VALUES`, `ARRAY`. */
  require(candidates: readonly Oid[], construct: string): Oid {
    const found = this.find(candidates);
    if (found !== undefined && candidates.every((type) => this.isImplicit(type, found))) return found;
    if (found !== undefined) {
      const from = candidates.find((type) => !this.isImplicit(type, found))!;
      throw error(
        SqlState.cannotCoerce,
        `${construct} could not convert type ${types.format(from)} to ${types.format(found)}`,
      );
    }
    const [first, second] = this.firstClash(candidates);
    throw error(
      SqlState.datatypeMismatch,
      `${construct} types ${types.format(first)} and ${types.format(second)} cannot be matched`,
    );
  }

  private firstClash(candidates: readonly Oid[]): [Oid, Oid] {
    for (let i = 1; i < candidates.length; i++) {
      if (this.find(candidates.slice(0, i + 1)) === undefined)
        return [this.find(candidates.slice(0, i))!, candidates[i]];
    }
    return [candidates[0], candidates[0]];
  }

  private isImplicit(from: Oid, to: Oid): boolean {
    return from === TypeOid.unknown || this.casts.find(from, to, 'implicit') !== undefined;
  }
}
