import type { Oid } from '../../base/block.js';
import { xidPrecedes, xidOf, type Xid } from '../../base/xid.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { Maintenance } from './maintenance.js';

/** What a table's row of pg_class says of its size and age. */
export interface RelationNumbers {
  readonly pages: number;
  readonly tuples: number;
  readonly allVisible: number;
  /** Only where no index can have been made or dropped by this very transaction, which may yet abort. */
  readonly hasIndex?: boolean;
  /** No row holds an older id; undefined: nothing new is known. */
  readonly frozenXid?: Xid;
}

/**
 * Writes the numbers into the table's row where it lies, beyond undoing, since what they tell is true whatever becomes of
 * the transaction (vac_update_relstats). Returns by how many ids relfrozenxid advanced; undefined when it did not.
 */
export function updateRelationNumbers(
  { engine, catalog }: Maintenance,
  oid: Oid,
  { pages, tuples, allVisible, hasIndex, frozenXid }: RelationNumbers,
): number | undefined {
  const [row] = catalog.store.byFirst(CatalogOid.class, oid);
  const before = row.get('relfrozenxid') as Xid;
  const nextXid = xidOf(engine.access.ids.nextFullXid());
  const isNewer = frozenXid !== undefined && (xidPrecedes(before, frozenXid) || xidPrecedes(nextXid, before));
  const change = {
    relpages: pages,
    reltuples: tuples,
    relallvisible: allVisible,
    ...(hasIndex === undefined ? {} : { relhasindex: hasIndex }),
    ...(isNewer ? { relfrozenxid: frozenXid } : {}),
  };
  const isChanged = Object.entries(change).some(([column, value]) => row.get(column) !== value);
  if (isChanged) {
    catalog.store.updateInPlace(CatalogOid.class, row, change);
    catalog.cache.changed(); // plans go by these numbers
  }
  return isNewer ? (frozenXid - before) | 0 : undefined;
}
