import { checkRelationPage, hasItems } from '../../../engine/access/relation-page.js';
import { isBTreePage } from '../../../engine/access/btree/page-mask.js';
import {
  TUPLE_HEADER_BYTES,
  tupleCtid,
  tupleInfomask,
  tupleXmax,
  tupleXmin,
} from '../../../engine/access/tuple/tuple-header.js';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { formatLsn } from '../../../engine/base/lsn.js';
import {
  ItemState,
  getItemId,
  itemState,
  isNew,
  maxOffset,
  pageChecksum,
  pageFlags,
  pageLower,
  pageLsn,
  pageSpecial,
  pageUpper,
  pruneXid,
  storedChecksum,
} from '../../../engine/storage/page/page.js';
import { SEGMENT_BLOCKS, isRelationFile } from '../../../engine/storage/relation-paths.js';

/** What stands on a page: each field by its name, in PostgreSQL's terms. */
export type PageFields = ReadonlyMap<string, string>;

/** Which page of which relation's file lies there; undefined where none does. `path` is relative to the data directory. */
export function pageTitle(path: string, offset: number): string | undefined {
  if (!isRelationFile(path) || offset % BLOCK_BYTES !== 0) return undefined;
  return `${path} block ${blockOf(path, offset)}`;
}

/** Also of a page that is torn: what cannot be read then is not there. Bytes that `page` lacks count as zeros. */
export function pageFields(path: string, offset: number, page: Buffer): PageFields {
  const whole = Buffer.alloc(BLOCK_BYTES);
  page.copy(whole);
  if (isNew(whole)) return new Map([['page', 'never written: zeros']]);
  return new Map([...headerFields(whole, blockOf(path, offset)), ...itemFields(path, whole)]);
}

function blockOf(path: string, offset: number): number {
  return offset / BLOCK_BYTES + Number(path.split('.')[1] ?? 0) * SEGMENT_BLOCKS;
}

function headerFields(page: Buffer, block: number): [string, string][] {
  const isRight = storedChecksum(page) === pageChecksum(page, block);
  return [
    ['pd_lsn', formatLsn(pageLsn(page))],
    ['pd_checksum', `${storedChecksum(page).toString(16).padStart(4, '0')}, ${isRight ? 'right' : 'WRONG'}`],
    ['pd_flags', String(pageFlags(page))],
    ['pd_lower', String(pageLower(page))],
    ['pd_upper', String(pageUpper(page))],
    ['pd_special', String(pageSpecial(page))],
    ['pd_prune_xid', String(pruneXid(page))],
  ];
}

function itemFields(path: string, page: Buffer): [string, string][] {
  const isMainFork = /\/\d+(\.\d+)?$/.test(path);
  if (!isMainFork || checkRelationPage(page).length > 0 || !hasItems(page)) return [];
  const isIndex = isBTreePage(page);
  return Array.from({ length: maxOffset(page) }, (_, index) => [
    `item ${index + 1}`,
    describeItem(page, index + 1, isIndex),
  ]);
}

function describeItem(page: Buffer, number: number, isIndex: boolean): string {
  const state = itemState(page, number);
  const { offset, length } = getItemId(page, number);
  if (state === ItemState.unused) return 'unused';
  if (state === ItemState.redirect) return `redirected to ${offset}`;
  const bytes = page.subarray(offset, offset + length);
  const head = `${state === ItemState.dead ? 'dead, ' : ''}${length} bytes at ${offset}`;
  if (isIndex || length < TUPLE_HEADER_BYTES) return `${head}: ${bytes.subarray(0, 24).toString('hex')}`;
  const { block, offset: next } = tupleCtid(bytes);
  const mask = tupleInfomask(bytes).toString(16).padStart(4, '0');
  return `${head}: xmin ${tupleXmin(bytes)}, xmax ${tupleXmax(bytes)}, ctid (${block},${next}), infomask ${mask}`;
}
