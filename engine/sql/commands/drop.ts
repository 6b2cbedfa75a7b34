import type { DropStmt, Node } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { IndexAndTable, TableName } from '../catalog/catalog.js';
import { Indexes } from '../catalog/indexes.js';
import type { Relation } from '../catalog/relation.js';
import { Tables } from '../catalog/tables.js';
import { bodyOf, namesOf, unsupported } from '../parse/nodes.js';
import type { Command, CommandContext } from './command.js';
import { requireOwnTable } from './open-tables.js';
import { objectName } from './statement-names.js';

export const dropCommand: Command<DropStmt> = {
  writes: 'DROP TABLE',
  run(context, body) {
    const drop = DROPS[body.removeType!];
    const kind = objectName(body.removeType!);
    if (!drop) throw unsupported(`DROP ${kind}`);
    if (body.concurrent) throw unsupported('DROP INDEX CONCURRENTLY');
    drop(context, (body.objects ?? []).map(nameOf), body.missing_ok === true);
    return { tag: `DROP ${kind}` };
  },
};

type Drop = (context: CommandContext, names: readonly TableName[], missingOk: boolean) => void;

const DROPS: Partial<Record<string, Drop>> = { OBJECT_TABLE: dropTables, OBJECT_INDEX: dropIndexes };

function nameOf(object: Node): TableName {
  const [relname, schemaname, catalogname] = namesOf((bodyOf(object) as { items: Node[] }).items).reverse();
  return { relname, schemaname, catalogname };
}

function dropTables(context: CommandContext, names: readonly TableName[], missingOk: boolean): void {
  const tables = new Tables(context.engine, context.catalog);
  const found = names.flatMap((name) => tableToDrop(context, name, missingOk));
  for (const relation of new Set(found)) tables.drop(relation);
}

function dropIndexes(context: CommandContext, names: readonly TableName[], missingOk: boolean): void {
  const indexes = new Indexes(context.engine, context.catalog);
  const found = names.flatMap((name) => indexToDrop(context, name, missingOk));
  for (const { index } of new Set(found)) indexes.drop(index);
}

function tableToDrop(context: CommandContext, name: TableName, missingOk: boolean): Relation[] {
  if (missingOk && isSchemaMissing(context, name)) return [];
  const relation = context.catalog.openIfExists(name, 'AccessExclusive');
  if (relation?.kind === 'index') {
    const hint = 'Use DROP INDEX to remove an index.';
    throw error(SqlState.wrongObjectType, `"${relation.name}" is not a table`, { hint });
  }
  if (relation) return [requireOwnTable(relation)];
  if (!missingOk) throw error(SqlState.undefinedTable, `table "${shownName(name)}" does not exist`);
  skip(context, `table "${name.relname}" does not exist, skipping`);
  return [];
}

function indexToDrop(context: CommandContext, name: TableName, missingOk: boolean): IndexAndTable[] {
  if (missingOk && isSchemaMissing(context, name)) return [];
  const found = context.catalog.openIndex(name, 'AccessExclusive', 'AccessExclusive');
  if (found?.index.constraint) throw isRequired(found);
  if (found) return [found];
  if (!missingOk) throw error(SqlState.undefinedObject, `index "${shownName(name)}" does not exist`);
  skip(context, `index "${name.relname}" does not exist, skipping`);
  return [];
}

function isRequired({ table, index }: IndexAndTable): Error {
  const constraint = `constraint ${index.constraint!.name} on table ${table.name}`;
  return error(
    SqlState.dependentObjectsStillExist,
    `cannot drop index ${index.name} because ${constraint} requires it`,
    { hint: `You can drop ${constraint} instead.` },
  );
}

function isSchemaMissing(context: CommandContext, { schemaname }: TableName): boolean {
  if (!schemaname || context.catalog.cache.schemaOid(schemaname) !== undefined) return false;
  skip(context, `schema "${schemaname}" does not exist, skipping`);
  return true;
}

function shownName({ schemaname, relname }: TableName): string {
  return schemaname ? `${schemaname}.${relname}` : relname!;
}

function skip({ notice }: CommandContext, message: string): void {
  notice({ severity: 'NOTICE', sqlState: SqlState.successfulCompletion, message });
}
