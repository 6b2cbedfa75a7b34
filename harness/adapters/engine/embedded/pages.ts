import { isBTreePage, maskedBTreePage } from '../../../../engine/access/btree/page-mask.js';
import { maskedHeapPage } from '../../../../engine/access/heap/page-mask.js';
import { maskedMapPage } from '../../../../engine/access/visibility-map/page-mask.js';
import { BLOCK_BYTES } from '../../../../engine/base/block.js';
import { isNew, pageLsn } from '../../../../engine/storage/page/page.js';
import { SEGMENT_BLOCKS, isRelationFile } from '../../../../engine/storage/relation-paths.js';
import type { FileNode, Volume } from '../../../disks/volume.js';
import type { WriteEvent } from '../../../trace/storage-event.js';
import type { WrittenPage } from '../../simulated-target.js';

/** The pages of relations that a write brings, whole ones only, with their LSNs. */
export function writtenPages({ path, offset, data }: WriteEvent, dataDirectory: string): WrittenPage[] {
  const file = path.slice(dataDirectory.length + 1);
  if (!isRelationFile(file) || offset % BLOCK_BYTES !== 0) return [];
  const pages: WrittenPage[] = [];
  for (let at = 0; at + BLOCK_BYTES <= data.length; at += BLOCK_BYTES) {
    const page = data.subarray(at, at + BLOCK_BYTES);
    const block = (offset + at) / BLOCK_BYTES + firstBlockOf(file);
    if (!isNew(page)) pages.push({ file, block, lsn: pageLsn(page) });
  }
  return pages;
}

/** Of a relation's file: that of its later segments is not 0. */
function firstBlockOf(path: string): number {
  return Number(path.split('.')[1] ?? 0) * SEGMENT_BLOCKS;
}

/**
 * Pages of tables, indexes and visibility maps that are not the same in two stopped clusters, apart from what replay need
 * not restore (hints, checksums, space that no item uses). A page that one of them lacks counts as empty. A volume's blocks
 * are the engine's pages. Does NOT look at free-space maps, which are advice; nor at databases that cannot be used: of one that is
 * being dropped the buffers are forgotten first, with changes that replay brings back.
 */
export function differingPages(
  first: Volume,
  second: Volume,
  dataDirectory: string,
  isUsable: (database: string) => boolean,
): string[] {
  const prefix = dataDirectory.length + 1;
  const files = (volume: Volume): Map<string, FileNode> =>
    new Map(
      [...volume.files()]
        .map(({ path, id }): [string, FileNode] => [path.slice(prefix), volume.file(id)])
        .filter(([path]) => isRelationFile(path) && (isMap(path) || !path.includes('_')) && isOfUsable(path, isUsable)),
    );
  const others = files(second);
  return [...files(first)].flatMap(([path, file]) => differencesOf(path, file, others.get(path)));
}

function isOfUsable(path: string, isUsable: (database: string) => boolean): boolean {
  const [area, database] = path.split('/');
  return area !== 'base' || isUsable(database);
}

function differencesOf(path: string, first: FileNode, second: FileNode | undefined): string[] {
  if (!second && !isMap(path)) return first.bytes > 0 ? [`${path} is missing after replay`] : [];
  const blocks = Math.max(first.bytes, second?.bytes ?? 0) / BLOCK_BYTES;
  const differing: string[] = [];
  for (let block = 0; block < blocks; block++) {
    if (first.blocks[block] === second?.blocks[block]) continue;
    const [one, other] = [first, second].map((file) => masked(path, file?.blocks[block], firstBlockOf(path) + block));
    if (!one.equals(other)) differing.push(`${path} block ${block} ${difference(one, other)}`);
  }
  return differing;
}

/** `base/5/16384_vm`, or a later segment of it. */
function isMap(path: string): boolean {
  return /_vm(\.\d+)?$/.test(path);
}

function masked(path: string, page: Uint8Array | undefined, block: number): Buffer {
  if (!page) return Buffer.alloc(BLOCK_BYTES);
  const bytes = Buffer.from(page);
  if (isMap(path)) return maskedMapPage(bytes);
  return isBTreePage(bytes) ? maskedBTreePage(bytes) : maskedHeapPage(bytes, block);
}

function difference(one: Buffer, other: Buffer): string {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  const show = (page: Buffer): string => page.subarray(at, at + 8).toString('hex');
  return `differs from byte ${at} on: ${show(one)} in the original, ${show(other)} after replay`;
}
