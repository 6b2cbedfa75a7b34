import type { TableHorizon } from '../inspection.js';
import { liveRows, type FateOf } from './live-rows.js';

/**
 * What the catalogs say of databases and tables, read from their files. The columns wanted here stand behind columns of
 * fixed length that are never null.
 */
const DatabaseColumn = { oid: 0, connectionLimit: 80, frozenXid: 84 } as const;
const ClassColumn = { oid: 0, name: 4, fileNumber: 88, kind: 115, frozenXid: 132 } as const;
const NAME_BYTES = 64;
const HALF_DROPPED = -2;
const TABLE = 'r'.charCodeAt(0);

export interface StoredDatabase {
  readonly oid: number;
  readonly frozenXid: number;
}

/** The databases there are. Of one that is half dropped nobody may read what is left. */
export function storedDatabases(catalog: Buffer, fateOf: FateOf): StoredDatabase[] {
  const databases: StoredDatabase[] = [];
  for (const row of liveRows(catalog, fateOf)) {
    if (row.readInt32LE(DatabaseColumn.connectionLimit) === HALF_DROPPED) continue;
    databases.push({
      oid: row.readUInt32LE(DatabaseColumn.oid),
      frozenXid: row.readUInt32LE(DatabaseColumn.frozenXid),
    });
  }
  return databases;
}

/** The tables of one database, whose pg_class this is, with the oldest id that may be in each. */
export function tableHorizons(catalog: Buffer, directory: string, fateOf: FateOf): TableHorizon[] {
  const tables: TableHorizon[] = [];
  for (const row of liveRows(catalog, fateOf)) {
    if (row[ClassColumn.kind] !== TABLE) continue;
    // The catalogs that are needed to read pg_class are found by their own numbers.
    const file = row.readUInt32LE(ClassColumn.fileNumber) || row.readUInt32LE(ClassColumn.oid);
    const name = row.toString('utf8', ClassColumn.name, ClassColumn.name + NAME_BYTES).replace(/\0.*/s, '');
    tables.push({ name, file: `${directory}/${file}`, frozenXid: row.readUInt32LE(ClassColumn.frozenXid) });
  }
  return tables;
}
