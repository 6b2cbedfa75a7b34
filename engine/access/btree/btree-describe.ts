import { u16, u32, u64 } from '../../base/bytes.js';
import { formatRelFile, readRelFile } from '../../base/block.js';
import { epochOf, fullXid, xidOf } from '../../base/xid.js';
import { RMGR_INFO_MASK } from '../../wal/rmgr-ids.js';
import type { WalRecord } from '../../wal/record.js';
import { BTreeInfo, decodeHalfDead, decodeSplit, decodeUnlink } from './btree-records.js';
import { decodeMetadata } from './metapage.js';

/** A B-tree record as text, as pg_waldump prints it (rmgrdesc/nbtdesc.c). */
export function describeBTreeRecord(record: WalRecord): string {
  const row = texts.get(record.info & RMGR_INFO_MASK);
  if (!row) return `UNKNOWN (${record.info.toString(16)})`;
  return `${row.name} ${row.text(record)}`;
}

interface Text {
  readonly name: string;
  readonly text: (record: WalRecord) => string;
}

const texts = new Map<number, Text>([
  [BTreeInfo.insertLeaf, { name: 'INSERT_LEAF', text: insertText }],
  [BTreeInfo.insertUpper, { name: 'INSERT_UPPER', text: insertText }],
  [BTreeInfo.insertMeta, { name: 'INSERT_META', text: insertText }],
  [BTreeInfo.splitLeft, { name: 'SPLIT_L', text: splitText }],
  [BTreeInfo.splitRight, { name: 'SPLIT_R', text: splitText }],
  [BTreeInfo.delete, { name: 'DELETE', text: deleteText }],
  [BTreeInfo.unlinkPage, { name: 'UNLINK_PAGE', text: unlinkText }],
  [BTreeInfo.unlinkPageMeta, { name: 'UNLINK_PAGE_META', text: unlinkText }],
  [BTreeInfo.newRoot, { name: 'NEWROOT', text: ({ data }) => `lev ${u32(data, 4)}` }],
  [BTreeInfo.markHalfDead, { name: 'MARK_PAGE_HALFDEAD', text: halfDeadText }],
  [BTreeInfo.vacuum, { name: 'VACUUM', text: ({ data }) => `ndeleted ${u16(data, 0)}; nupdated ${u16(data, 2)}` }],
  [BTreeInfo.reusePage, { name: 'REUSE_PAGE', text: reuseText }],
  [BTreeInfo.metaCleanup, { name: 'META_CLEANUP', text: metaCleanupText }],
]);

function insertText({ data }: WalRecord): string {
  return `off ${u16(data, 0)}`;
}

function splitText({ data }: WalRecord): string {
  const { level, firstRight, newOffset } = decodeSplit(data);
  return `level ${level}, firstrightoff ${firstRight}, newitemoff ${newOffset}, postingoff ${u16(data, 8)}`;
}

function deleteText({ data }: WalRecord): string {
  return `latestRemovedXid ${u32(data, 0)}; ndeleted ${u16(data, 4)}; nupdated ${u16(data, 6)}`;
}

function halfDeadText({ data }: WalRecord): string {
  const { topParent, leaf, left, right } = decodeHalfDead(data);
  return `topparent ${topParent}; leaf ${leaf}; left ${left}; right ${right}`;
}

function unlinkText({ data }: WalRecord): string {
  const body = decodeUnlink(data);
  const page = `left ${body.left}; right ${body.right}; level ${body.level}; safexid ${fullXidText(body.safeXid)}`;
  return `${page}; leafleft ${body.leafLeft}; leafright ${body.leafRight}; leaftopparent ${body.leafTopParent}`;
}

function reuseText({ data }: WalRecord): string {
  return `rel ${formatRelFile(readRelFile(data, 0))}; latestRemovedXid ${fullXidText(u64(data, 16))}`;
}

function metaCleanupText({ blocks }: WalRecord): string {
  return `last_cleanup_num_delpages ${decodeMetadata(blocks[0].data!).deletedPages}`;
}

function fullXidText(value: number): string {
  const full = fullXid(value);
  return `${epochOf(full)}:${xidOf(full)}`;
}
