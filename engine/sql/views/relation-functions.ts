import { BLOCK_BYTES, Fork, type Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { relationPath } from '../../storage/relation-paths.js';
import type { Relation } from '../catalog/relation.js';
import type { Implementation } from '../functions/signature.js';
import type { SystemEnvironment as Env } from './system-environment.js';

const FORKS: Record<string, Fork> = {
  main: Fork.main,
  fsm: Fork.freeSpaceMap,
  vm: Fork.visibilityMap,
  init: Fork.init,
};

/** A table or an index: what has a file. */
function storedRelation(oid: Oid, { catalog }: Env): Relation | undefined {
  const found = catalog.cache.byOid(oid);
  return found?.kind === 'view' ? undefined : found;
}

function sizeOf(oid: Oid, forkName: string, env: Env): bigint | null {
  const fork = FORKS[forkName];
  if (fork === undefined) {
    throw error(SqlState.invalidParameterValue, 'invalid fork name', {
      hint: 'Valid fork names are "main", "fsm", "vm", and "init".',
    });
  }
  const relation = storedRelation(oid, env);
  if (!relation) return null;
  const { files } = env.engine.storage;
  return files.exists(relation.file, fork) ? BigInt(files.blocks(relation.file, fork)) * BigInt(BLOCK_BYTES) : 0n;
}

/** All forks of a table or an index. */
function ownSize(oid: Oid, env: Env): bigint | null {
  const sizes = ['main', 'fsm', 'vm'].map((fork) => sizeOf(oid, fork, env));
  return sizes.includes(null) ? null : sizes.reduce<bigint>((sum, size) => sum + size!, 0n);
}

function indexesSize(oid: Oid, env: Env): bigint | null {
  const relation = storedRelation(oid, env);
  if (!relation) return null;
  return relation.indexes.reduce((sum, index) => sum + (ownSize(index.oid, env) ?? 0n), 0n);
}

function totalSize(oid: Oid, env: Env): bigint | null {
  const own = ownSize(oid, env);
  return own === null ? null : own + indexesSize(oid, env)!;
}

export const relationCode: Readonly<Record<string, Implementation>> = {
  pg_relation_size: (oid: Oid, ...rest: [Env] | [string, Env]) =>
    rest.length === 1 ? sizeOf(oid, 'main', rest[0]) : sizeOf(oid, rest[0], rest[1]),
  pg_total_relation_size: totalSize,
  pg_table_size: ownSize,
  pg_indexes_size: indexesSize,
  pg_relation_filenode: (oid: Oid, env: Env) => storedRelation(oid, env)?.file.relation ?? null,
  pg_relation_filepath: (oid: Oid, env: Env) => {
    const relation = storedRelation(oid, env);
    return relation ? relationPath(relation.file, Fork.main) : null;
  },
  pg_relation_is_publishable: (oid: Oid, env: Env) => {
    const relation = storedRelation(oid, env);
    return relation ? relation.kind === 'table' && !relation.isCatalog : null;
  },
};
