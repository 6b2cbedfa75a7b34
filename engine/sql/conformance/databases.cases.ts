import type { Case } from './case.js';

/** Databases made, altered and dropped. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const databasesCases: readonly Case[] = [
  [`create database one`, `CREATE DATABASE`],
  [
    `select datname, datistemplate, datallowconn, datconnlimit from pg_database order by datname`,
    `datname:name|datistemplate:boolean|datallowconn:boolean|datconnlimit:integer
one|f|t|-1
postgres|f|t|-1
template0|t|f|-1
template1|t|t|-1
SELECT 4`,
  ],
  [`create database one`, `ERROR 42P04: database "one" already exists`],
  [`create database two template one is_template true allow_connections false connection limit 7`, `CREATE DATABASE`],
  [`create database three strategy file_copy owner postgres`, `CREATE DATABASE`],
  [
    `select datname, datistemplate, datallowconn, datconnlimit, age(datfrozenxid) = (select age(datfrozenxid) from pg_database where datname = 'template1') same from pg_database where datname in ('two', 'three') order by 1`,
    `datname:name|datistemplate:boolean|datallowconn:boolean|datconnlimit:integer|same:boolean
three|f|t|-1|t
two|t|f|7|t
SELECT 2`,
  ],
  [`create database four template missing`, `ERROR 3D000: template database "missing" does not exist`],
  [`create database four owner nobody`, `ERROR 42704: role "nobody" does not exist`],
  [
    `create database four strategy 'slow'`,
    `ERROR 22023: invalid create database strategy "slow" HINT Valid strategies are "wal_log" and "file_copy".`,
  ],
  [`create database four strategy wal_log strategy file_copy`, `ERROR 42601: conflicting or redundant options @39`],
  [`create database four colour 'red'`, `ERROR 42601: option "colour" not recognized @22`],
  [`create database four is_template perhaps`, `ERROR 42601: is_template requires a Boolean value`],
  [`create database four connection limit -2`, `ERROR 22023: invalid connection limit: -2`],
  [`create database four connection limit 2.5`, `ERROR 42601: connection_limit requires an integer value`],
  [`create database four encoding 'utf8' tablespace pg_default`, `CREATE DATABASE`],
  [`create database "Mixed Case" with template = default`, `CREATE DATABASE`],
  [`drop database "Mixed Case"`, `DROP DATABASE`],
  [`begin`, `BEGIN`],
  [`create database five`, `ERROR 25001: CREATE DATABASE cannot run inside a transaction block`],
  [`rollback`, `ROLLBACK`],
  [`begin`, `BEGIN`],
  [`drop database four`, `ERROR 25001: DROP DATABASE cannot run inside a transaction block`],
  [`rollback`, `ROLLBACK`],
  [`create database five; select 1`, `ERROR 25001: CREATE DATABASE cannot run inside a transaction block`],
  [`select 1; drop database four`, `ERROR 25001: DROP DATABASE cannot run inside a transaction block`],
  [`alter database four rename to postgres`, `ERROR 42P04: database "postgres" already exists`],
  [`alter database postgres rename to mine`, `ERROR 0A000: current database cannot be renamed`],
  [`alter database missing rename to found`, `ERROR 3D000: database "missing" does not exist`],
  [`alter database four rename to vier`, `ALTER DATABASE`],
  [`alter database vier with is_template true connection limit 3`, `ALTER DATABASE`],
  [`alter database vier connection_limit 4 connection_limit 5`, `ERROR 42601: conflicting or redundant options @40`],
  [`alter database vier template one`, `ERROR 42601: option "template" not recognized @21`],
  [
    `select datname, datistemplate, datallowconn, datconnlimit from pg_database where datname = 'vier'`,
    `datname:name|datistemplate:boolean|datallowconn:boolean|datconnlimit:integer
vier|t|t|3
SELECT 1`,
  ],
  [`drop database vier`, `ERROR 42809: cannot drop a template database`],
  [`alter database vier is_template false`, `ALTER DATABASE`],
  [`alter database vier is_template = 0 allow_connections = off`, `ALTER DATABASE`],
  [`alter database postgres allow_connections false`, `ERROR 22023: cannot disallow connections for current database`],
  [`alter database missing allow_connections false`, `ERROR 3D000: database "missing" does not exist`],
  [`drop database vier (force)`, `DROP DATABASE`],
  [`drop database postgres`, `ERROR 55006: cannot drop the currently open database`],
  [`drop database template0`, `ERROR 42809: cannot drop a template database`],
  [`drop database missing`, `ERROR 3D000: database "missing" does not exist`],
  [
    `drop database if exists missing`,
    `NOTICE: database "missing" does not exist, skipping
DROP DATABASE`,
  ],
  [`drop database two with (force, slowly)`, `ERROR 42601: syntax error at or near "slowly" @32`],
  [`drop database two`, `ERROR 42809: cannot drop a template database`],
  [`alter database two is_template false`, `ALTER DATABASE`],
  [`drop database two with (force)`, `DROP DATABASE`],
  [`drop database three`, `DROP DATABASE`],
  [`drop database one`, `DROP DATABASE`],
  [
    `begin transaction read only; create database six`,
    `ERROR 25006: cannot execute CREATE DATABASE in a read-only transaction`,
  ],
  [`rollback`, `ROLLBACK`],
  [
    `select datname from pg_database order by 1`,
    `datname:name
postgres
template0
template1
SELECT 3`,
  ],
  [`prepare x as create database y`, `ERROR 42601: syntax error at or near "create" @14`],
  [`discard all`, `DISCARD ALL`],
];
