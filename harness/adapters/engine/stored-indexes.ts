import { IndexFormat } from '../../../engine/access/btree/index-format.js';
import type { IndexProblem } from '../../../engine/access/btree/verify/index-problem.js';
import { checkRows, type IndexedRow, type IndexedRows } from '../../../engine/access/btree/verify/row-check.js';
import { TreeCheck } from '../../../engine/access/btree/verify/tree-check.js';
import { chainRoots } from '../../../engine/access/heap/chain-roots.js';
import { isHeapOnly } from '../../../engine/access/tuple/tuple-header.js';
import type { TupleLayout } from '../../../engine/access/tuple/tuple-layout.js';
import { DEFAULT_TABLESPACE, Fork, type BlockNumber, type Oid, type Tid } from '../../../engine/base/block.js';
import { CatalogOid, layoutOf } from '../../../engine/sql/catalog/catalog-table.js';
import { loadColumns } from '../../../engine/sql/catalog/load-columns.js';
import { loadIndexes } from '../../../engine/sql/catalog/load-indexes.js';
import type { TableIndex } from '../../../engine/sql/catalog/table-index.js';
import { ItemState, isNew, itemOffset, itemState, maxOffset } from '../../../engine/storage/page/page.js';
import { relationPath } from '../../../engine/storage/relation-paths.js';
import type { IndexFacts } from '../inspection.js';
import { isDeleted, isInserted, type FateOf } from './live-rows.js';
import type { StoredCatalog } from './stored-catalog.js';
import type { ReadRelation, StoredRelation } from './stored-relation.js';

/** A table of a stopped cluster, with all its pages. */
interface StoredTable {
  readonly pages: StoredRelation;
  readonly layout: TupleLayout;
  readonly indexes: readonly TableIndex[];
}

/** The indexes of one database, each held against itself and against its table by the engine's own verifier. */
export function storedIndexes(catalog: StoredCatalog, readRelation: ReadRelation, fateOf: FateOf): IndexFacts[] {
  const indexed = new Set(catalog.where(CatalogOid.index, {}).map((row) => row.get('indrelid') as Oid));
  return [...indexed].flatMap((oid) => {
    const table = storedTable(catalog, oid, readRelation);
    return table.indexes.map((index) => checkIndex(index, table, readRelation, fateOf));
  });
}

function storedTable(catalog: StoredCatalog, oid: Oid, readRelation: ReadRelation): StoredTable {
  const [row] = catalog.byFirst(CatalogOid.class, oid);
  const { database } = catalog;
  const file = { tablespace: DEFAULT_TABLESPACE, database, relation: row.get('relfilenode') as Oid };
  const columns = loadColumns(catalog, oid);
  const name = row.get('relname') as string;
  const indexes = loadIndexes(catalog, { oid, name, file, columns });
  return { pages: readRelation(file), layout: layoutOf(columns), indexes };
}

function checkIndex(index: TableIndex, table: StoredTable, readRelation: ReadRelation, fateOf: FateOf): IndexFacts {
  const { name, shape } = index;
  const facts = { name, file: relationPath(shape.file, Fork.main), structure: [], agreement: [] };
  const format = new IndexFormat(shape);
  const tree = new TreeCheck(readRelation(shape.file), format);
  const structure = told(() => tree.run());
  if (structure.length > 0 || !index.isValid) return { ...facts, structure };
  return { ...facts, agreement: told(() => checkRows(format, tree.entries(), rowsFor(index, table, fateOf))) };
}

/** Where pages are damaged, reading them may fail; that is a finding too. */
function told(check: () => IndexProblem[]): string[] {
  try {
    return check().map(({ found }) => found);
  } catch (thrown) {
    return [`it cannot be read: ${(thrown as Error).message}`];
  }
}

function rowsFor(index: TableIndex, table: StoredTable, fateOf: FateOf): IndexedRows {
  return { rows: indexedRows(index, table, fateOf), hasLinePointer: (tid) => isRoot(table.pages, tid) };
}

/** All versions of rows; those that did not come to stay, or have gone, are dead: of a stopped cluster nobody sees them. */
function* indexedRows({ places }: TableIndex, { pages, layout }: StoredTable, fateOf: FateOf): Generator<IndexedRow> {
  const columns = Math.max(...places) + 1;
  for (let block = 0 as BlockNumber; block < pages.blocks; block++) {
    const page = pages.read(block);
    if (isNew(page)) continue;
    const roots = chainRoots(page);
    for (let offset = 1; offset <= maxOffset(page); offset++) {
      if (itemState(page, offset) !== ItemState.normal) continue;
      const at = itemOffset(page, offset);
      const row = layout.deform(page, columns, at);
      const isDead = !isInserted(page, at, fateOf) || isDeleted(page, at, fateOf);
      yield { tid: { block, offset: roots[offset] }, values: places.map((place) => row[place]), isDead };
    }
  }
}

/** May an entry lead there? Not to an unused line pointer, nor to a row that only its chain leads to. */
function isRoot(pages: StoredRelation, { block, offset }: Tid): boolean {
  if (block >= pages.blocks) return false;
  const page = pages.read(block);
  if (isNew(page) || offset < 1 || offset > maxOffset(page)) return false;
  const state = itemState(page, offset);
  if (state !== ItemState.normal) return state !== ItemState.unused;
  return !isHeapOnly(page, itemOffset(page, offset));
}
