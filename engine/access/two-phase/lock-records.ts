import { setU16, setU32, u16, u32 } from '../../base/bytes.js';
import type { Xid } from '../../base/xid.js';
import type { HeldLock } from '../../storage/locks/lock-manager.js';
import { lockModes } from '../../storage/locks/lock-mode.js';
import type { LockTag } from '../../storage/locks/lock-tag.js';

/**
 * A lock of a prepared transaction (lmgr/lock.c TwoPhaseLockRecord): LOCKTAG, then the mode, counted from 1.
 *
 *   0 field 1:u32   4 field 2:u32   8 field 3:u32   12 field 4:u16   14 type:u8   15 method:u8   16 mode:i32
 */
export const LOCK_RECORD_BYTES = 20;
const TagType = { relation: 0, extend: 1, frozenid: 2, tuple: 4, transaction: 5, speculation: 7, object: 8 } as const;
const DEFAULT_LOCK_METHOD = 1;

type Fields = readonly [first: number, second: number, third: number, fourth: number];

export function encodeLock({ tag, mode }: HeldLock): Buffer {
  const bytes = Buffer.alloc(LOCK_RECORD_BYTES);
  const [first, second, third, fourth] = fieldsOf(tag);
  setU32(bytes, 0, first);
  setU32(bytes, 4, second);
  setU32(bytes, 8, third);
  setU16(bytes, 12, fourth);
  bytes[14] = TagType[tag.kind];
  bytes[15] = DEFAULT_LOCK_METHOD;
  setU32(bytes, 16, lockModes.indexOf(mode) + 1);
  return bytes;
}

export function decodeLock(bytes: Buffer, at: number): HeldLock {
  const fields: Fields = [u32(bytes, at), u32(bytes, at + 4), u32(bytes, at + 8), u16(bytes, at + 12)];
  return { tag: tagFrom(bytes[at + 14], fields), mode: lockModes[u32(bytes, at + 16) - 1] };
}

function fieldsOf(tag: LockTag): Fields {
  switch (tag.kind) {
    case 'relation':
    case 'extend':
      return [tag.database, tag.relation, 0, 0];
    case 'frozenid':
      return [tag.database, 0, 0, 0];
    case 'tuple':
      return [tag.database, tag.relation, tag.block, tag.offset];
    case 'transaction':
      return [tag.xid, 0, 0, 0];
    case 'speculation':
      return [tag.xid, tag.speculation, 0, 0];
    case 'object':
      return [tag.database, tag.catalog, tag.object, 0];
  }
}

function tagFrom(type: number, [first, second, third, fourth]: Fields): LockTag {
  switch (type) {
    case TagType.extend:
      return { kind: 'extend', database: first, relation: second };
    case TagType.frozenid:
      return { kind: 'frozenid', database: first };
    case TagType.tuple:
      return { kind: 'tuple', database: first, relation: second, block: third, offset: fourth };
    case TagType.transaction:
      return { kind: 'transaction', xid: first as Xid };
    case TagType.speculation:
      return { kind: 'speculation', xid: first as Xid, speculation: second };
    case TagType.object:
      return { kind: 'object', database: first, catalog: second, object: third };
    default:
      return { kind: 'relation', database: first, relation: second };
  }
}
