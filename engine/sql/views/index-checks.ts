import type { BrokenRule, IndexedRows, IndexProblem } from '../../access/btree/btree.js';
import { chainRoots } from '../../access/heap/chain-roots.js';
import { Fork, type BlockNumber, type Oid, type RelFile } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { isNew } from '../../storage/page/page.js';
import type { Engine } from '../engine.js';
import { CatalogOid } from '../catalog/catalog-table.js';
import type { Relation } from '../catalog/relation.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { Implementation } from '../functions/signature.js';
import type { SystemEnvironment as Env } from './system-environment.js';

/**
 * Is an index sound? The functions of PostgreSQL's extension amcheck, which are always there.
 *
 * bt_index_check() holds nobody up: it looks at each page by itself. bt_index_parent_check() keeps writers off, and looks at
 * how the pages hang together. Both compare the index with the rows that the statement's snapshot sees, if asked to.
 */
type Scope = 'pages' | 'tree';

interface CheckedIndex {
  readonly index: TableIndex;
  readonly table: Relation;
}

function check(scope: Scope, oid: Oid, withRows: boolean, env: Env): string {
  const { index, table } = openIndex(oid, scope === 'tree' ? 'Share' : 'AccessShare', env);
  // Also keeps deleted pages from being used again while they may be linked to.
  env.engine.access.transactions.snapshot();
  const rows = withRows ? indexedRows(env.engine, table, index) : undefined;
  const [problem] = env.engine.access.btree.verify(index.shape, scope, rows);
  if (problem) throw corrupted(problem, index, table, scope);
  return '';
}

function openIndex(oid: Oid, mode: 'Share' | 'AccessShare', { catalog }: Env): CheckedIndex {
  const [described] = catalog.store.byFirst(CatalogOid.index, oid);
  if (described) {
    catalog.lock(described.get('indrelid') as Oid, mode);
    catalog.lock(oid, mode);
    catalog.cache.refresh();
  }
  const table = described && catalog.cache.byOid(described.get('indrelid') as Oid);
  const index = table?.indexes.find((candidate) => candidate.oid === oid);
  if (!table || !index) throw noIndex(oid, catalog.cache.byOid(oid));
  if (index.isValid) return { index, table };
  throw error(SqlState.featureNotSupported, `cannot check index "${index.name}"`, { detail: 'Index is not valid.' });
}

function noIndex(oid: Oid, relation: Relation | undefined): Error {
  if (relation) return error(SqlState.wrongObjectType, `"${relation.name}" is not an index`);
  return error(SqlState.internalError, `could not open relation with OID ${oid}`);
}

/** Rows that the snapshot sees. Dead ones may have entries or not. */
function indexedRows(engine: Engine, table: Relation, index: TableIndex): IndexedRows {
  return { rows: visibleRows(engine, table, index), hasLinePointer: () => true };
}

function* visibleRows({ access, storage }: Engine, { file, layout }: Relation, { places }: TableIndex) {
  const columns = Math.max(...places) + 1;
  const scan = access.heap.scan(file, access.transactions.snapshot());
  let [block, roots] = [-1, [] as number[]];
  try {
    for (let tuple = scan.next(); tuple; tuple = scan.next()) {
      const { tid } = tuple;
      if (tid.block !== block) [block, roots] = [tid.block, rootsOf(storage, file, tid.block)];
      const row = tuple.values(layout, columns);
      yield { tid: { block: tid.block, offset: roots[tid.offset] }, values: places.map((place) => row[place]) };
    }
  } finally {
    scan.close();
  }
}

function rootsOf({ buffers }: Engine['storage'], file: RelFile, block: BlockNumber): number[] {
  const buffer = buffers.read(file, Fork.main, block);
  buffers.lock(buffer, 'shared');
  const page = buffers.page(buffer);
  const roots = isNew(page) ? [] : chainRoots(page);
  buffers.unlockRelease(buffer);
  return roots;
}

function corrupted({ rule, found }: IndexProblem, { name }: TableIndex, table: Relation, scope: Scope): Error {
  if (rule !== 'missing entry') return error(SqlState.indexCorrupted, MESSAGES[rule](name), { detail: `${found}.` });
  const hint = scope === 'pages' ? RETRY_HINT : undefined;
  const message = `table "${table.name}" has a row that lacks a matching index tuple within index "${name}"`;
  return error(SqlState.dataCorrupted, message, { detail: `${found}.`, hint });
}

const RETRY_HINT =
  'Retrying verification using the function bt_index_parent_check() might provide a more specific error.';

const violated = (rule: string) => (index: string) => `${rule} invariant violated for index "${index}"`;

const MESSAGES: Readonly<Record<Exclude<BrokenRule, 'missing entry'>, (index: string) => string>> = {
  metapage: (index) => `index "${index}" meta page is corrupt`,
  page: (index) => `index "${index}" contains a corrupted page`,
  'item order': violated('item order'),
  'high key': violated('high key'),
  'cross page item order': violated('cross page item order'),
  links: (index) => `left link/right link pair in index "${index}" not in agreement`,
  'down-link': (index) => `index block lacks downlink in index "${index}"`,
  'down-link lower bound': violated('down-link lower bound'),
  root: (index) => `index "${index}" has no single root page`,
  entry: (index) => `index "${index}" has an entry that does not match its table`,
};

/** `bt_index_parent_check` may also be asked to look each entry up from the root: its downlinks are checked in any case. */
export const indexChecks: Readonly<Record<string, Implementation>> = {
  bt_index_check: (oid: Oid, ...rest: [Env] | [boolean, Env]) =>
    rest.length === 1 ? check('pages', oid, false, rest[0]) : check('pages', oid, rest[0], rest[1]),
  bt_index_parent_check: (oid: Oid, ...rest: [Env] | [boolean, Env] | [boolean, boolean, Env]) =>
    rest.length === 1 ? check('tree', oid, false, rest[0]) : check('tree', oid, rest[0], rest[rest.length - 1] as Env),
};
