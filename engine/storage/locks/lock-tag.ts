import type { Oid } from '../../base/block.js';
import type { Xid } from '../../base/xid.js';

/** What a heavyweight lock is on (storage/lock.h LOCKTAG). */
export type LockTag =
  | { readonly kind: 'relation'; readonly database: Oid; readonly relation: Oid }
  | { readonly kind: 'transaction'; readonly xid: Xid }
  | {
      readonly kind: 'tuple';
      readonly database: Oid;
      readonly relation: Oid;
      readonly block: number;
      readonly offset: number;
    }
  /** The right to add pages to a relation (LOCKTAG_RELATION_EXTEND); held for that moment only. */
  | { readonly kind: 'extend'; readonly database: Oid; readonly relation: Oid }
  | { readonly kind: 'object'; readonly database: Oid; readonly catalog: Oid; readonly object: Oid }
  /** A row inserted for a trial (LOCKTAG_SPECULATIVE_TOKEN); held while that lasts. */
  | { readonly kind: 'speculation'; readonly xid: Xid; readonly speculation: number }
  /** The database's oldest unfrozen ids, which one process at a time works out. */
  | { readonly kind: 'frozenid'; readonly database: Oid };

const kinds = ['relation', 'transaction', 'tuple', 'object', 'extend', 'frozenid', 'speculation'] as const;

/** Words of a tag in shared memory: kind (from 1), then four fields. */
export type TagWords = readonly [kind: number, a: number, b: number, c: number, d: number];

export function tagWords(tag: LockTag): TagWords {
  const kind = kinds.indexOf(tag.kind) + 1;
  switch (tag.kind) {
    case 'relation':
    case 'extend':
      return [kind, tag.database, tag.relation, 0, 0];
    case 'transaction':
      return [kind, tag.xid, 0, 0, 0];
    case 'tuple':
      return [kind, tag.database, tag.relation, tag.block, tag.offset];
    case 'object':
      return [kind, tag.database, tag.catalog, tag.object, 0];
    case 'frozenid':
      return [kind, tag.database, 0, 0, 0];
    case 'speculation':
      return [kind, tag.xid, tag.speculation, 0, 0];
  }
}

export function tagOf([kind, a, b, c, d]: TagWords): LockTag {
  switch (kinds[kind - 1]) {
    case 'transaction':
      return { kind: 'transaction', xid: a as Xid };
    case 'tuple':
      return { kind: 'tuple', database: a, relation: b, block: c, offset: d };
    case 'object':
      return { kind: 'object', database: a, catalog: b, object: c };
    case 'extend':
      return { kind: 'extend', database: a, relation: b };
    case 'frozenid':
      return { kind: 'frozenid', database: a };
    case 'speculation':
      return { kind: 'speculation', xid: a as Xid, speculation: b };
    default:
      return { kind: 'relation', database: a, relation: b };
  }
}

export function hashTag(words: TagWords): number {
  let hash = 0x811c9dc5;
  for (const word of words) {
    hash = Math.imul(hash ^ (word & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (word >>> 16), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The lock in messages, as PostgreSQL's DescribeLockTag. */
export function describeTag(tag: LockTag): string {
  switch (tag.kind) {
    case 'relation':
      return `relation ${tag.relation} of database ${tag.database}`;
    case 'transaction':
      return `transaction ${tag.xid}`;
    case 'extend':
      return `extension of relation ${tag.relation} of database ${tag.database}`;
    case 'tuple':
      return `tuple (${tag.block},${tag.offset}) of relation ${tag.relation} of database ${tag.database}`;
    case 'object':
      return `object ${tag.object} of class ${tag.catalog} of database ${tag.database}`;
    case 'frozenid':
      return `pg_database.datfrozenxid of database ${tag.database}`;
    case 'speculation':
      return `speculative token ${tag.speculation} of transaction ${tag.xid}`;
  }
}
