import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { VacuumedIndex } from '../../access/vacuum/vacuum-request.js';
import type { Relation } from '../catalog/relation.js';

/** The table's indexes, as its vacuum sees them. */
export function vacuumedIndexes({ indexes }: Relation): VacuumedIndex[] {
  return indexes.map(({ name }) => ({
    name,
    bulkDelete: () => {
      throw error(SqlState.featureNotSupported, 'entries cannot be removed from indexes yet');
    },
    cleanup: () => undefined,
  }));
}
