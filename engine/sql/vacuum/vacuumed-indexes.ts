import type { VacuumedIndex } from '../../access/vacuum/vacuum-request.js';
import type { Relation } from '../catalog/relation.js';
import type { Maintenance } from './maintenance.js';

/** The table's indexes, as its vacuum sees them. */
export function vacuumedIndexes({ engine }: Maintenance, { indexes }: Relation): VacuumedIndex[] {
  const { btree } = engine.access;
  return indexes.map(({ name, shape }) => ({
    name,
    bulkDelete: (isDead, before, onPage) => btree.bulkDelete(shape, isDead, before, onPage),
    cleanup: (before, onPage) => btree.cleanup(shape, before, onPage),
  }));
}
