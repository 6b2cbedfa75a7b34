import type { LockTag } from '../../storage/locks/lock-tag.js';
import type { SystemEnvironment } from './system-environment.js';

/** Places of the columns that only some kinds of locks fill. */
type Target = [
  type: string,
  database: unknown,
  relation: unknown,
  page: unknown,
  tuple: unknown,
  xid: unknown,
  catalog: unknown,
  object: unknown,
];

function target(tag: LockTag): Target {
  switch (tag.kind) {
    case 'relation':
      return ['relation', tag.database, tag.relation, null, null, null, null, null];
    case 'extend':
      return ['extend', tag.database, tag.relation, null, null, null, null, null];
    case 'transaction':
      return ['transactionid', null, null, null, null, tag.xid, null, null];
    case 'tuple':
      return ['tuple', tag.database, tag.relation, tag.block, tag.offset, null, null, null];
    case 'object':
      return ['object', tag.database, null, null, null, null, tag.catalog, tag.object];
    case 'frozenid':
      return ['frozenid', tag.database, null, null, null, null, null, null];
    case 'speculation':
      return ['spectoken', null, null, null, null, tag.xid, null, tag.speculation];
  }
}

/** pg_locks: heavyweight locks held and awaited. */
export function lockRows({ engine }: SystemEnvironment): unknown[][] {
  const { slots } = engine.memory;
  return engine.storage.locks.list().map(({ tag, mode, slot, pid, granted }) => {
    const [type, database, relation, page, tuple, xid, catalog, object] = target(tag);
    const subId = tag.kind === 'object' ? 0 : null;
    const isPrepared = slot >= slots.count;
    const holder = isPrepared ? `-1/${slots.xid(slot)}` : `${slot}/0`;
    return [
      type,
      database,
      relation,
      page,
      tuple,
      null,
      xid,
      catalog,
      object,
      subId,
      holder,
      isPrepared ? null : pid,
      `${mode}Lock`,
      granted,
      false,
      null,
    ];
  });
}
