import type { SessionCase } from './case.js';

/** Two-phase commit, seen by two sessions. Answers are PostgreSQL 15's. */
export const twoPhaseCases: readonly SessionCase[] = [
  [
    `a`,
    `prepare transaction 'outside'`,
    `WARNING: there is no transaction in progress
ROLLBACK`,
  ],
  [`a`, `commit prepared 'nosuch'`, `ERROR 42704: prepared transaction with identifier "nosuch" does not exist`],
  [`a`, `rollback prepared 'nosuch'`, `ERROR 42704: prepared transaction with identifier "nosuch" does not exist`],
  [`a`, `create table tp(k int, v text)`, `CREATE TABLE`],
  [`a`, `insert into tp values (1, 'one')`, `INSERT 0 1`],
  [`a`, `begin`, `BEGIN`],
  [`a`, `commit prepared 'nosuch'`, `ERROR 25001: COMMIT PREPARED cannot run inside a transaction block`],
  [`a`, `rollback`, `ROLLBACK`],
  [`a`, `begin; rollback prepared 'nosuch'`, `ERROR 25001: ROLLBACK PREPARED cannot run inside a transaction block`],
  [`a`, `rollback`, `ROLLBACK`],
  [`a`, `select 1; commit prepared 'nosuch'`, `ERROR 25001: COMMIT PREPARED cannot run inside a transaction block`],
  [`a`, `begin`, `BEGIN`],
  [`a`, `insert into tp values (2, 'two')`, `INSERT 0 1`],
  [`a`, `update tp set v = 'uno' where k = 1`, `UPDATE 1`],
  [`a`, `prepare transaction 'first'`, `PREPARE TRANSACTION`],
  [
    `a`,
    `select * from tp order by k`,
    `k:integer|v:text
1|one
SELECT 1`,
  ],
  [
    `a`,
    `select gid, owner, database, prepared is not null as has_time from pg_prepared_xacts`,
    `gid:text|owner:name|database:name|has_time:boolean
first|postgres|postgres|t
SELECT 1`,
  ],
  [
    `b`,
    `select * from tp order by k`,
    `k:integer|v:text
1|one
SELECT 1`,
  ],
  [
    `b`,
    `select count(*) from pg_locks where pid is null and locktype = 'relation' and relation = 'tp'::regclass and mode = 'RowExclusiveLock' and granted`,
    `count:bigint
1
SELECT 1`,
  ],
  [`b`, `select * from tp where k = 1 for update nowait`, `ERROR 55P03: could not obtain lock on row in relation "tp"`],
  [`b`, `begin; lock table tp in access exclusive mode nowait`, `ERROR 55P03: could not obtain lock on relation "tp"`],
  [`b`, `rollback`, `ROLLBACK`],
  [`b`, `begin`, `BEGIN`],
  [`b`, `insert into tp values (3, 'three')`, `INSERT 0 1`],
  [`b`, `prepare transaction 'first'`, `ERROR 42710: transaction identifier "first" is already in use`],
  [
    `b`,
    `select * from tp order by k`,
    `k:integer|v:text
1|one
SELECT 1`,
  ],
  [`b`, `begin`, `BEGIN`],
  [`b`, `insert into tp values (4, 'four')`, `INSERT 0 1`],
  [`b`, `prepare transaction 'second'`, `PREPARE TRANSACTION`],
  [
    `b`,
    `select gid from pg_prepared_xacts order by gid`,
    `gid:text
first
second
SELECT 2`,
  ],
  [`b`, `begin`, `BEGIN`],
  [`b`, `commit prepared 'second'`, `ERROR 25001: COMMIT PREPARED cannot run inside a transaction block`],
  [`b`, `commit`, `ROLLBACK`],
  [`b`, `rollback prepared 'second'`, `ROLLBACK PREPARED`],
  [
    `b`,
    `select gid from pg_prepared_xacts order by gid`,
    `gid:text
first
SELECT 1`,
  ],
  [`b`, `commit prepared 'first'`, `COMMIT PREPARED`],
  [
    `a`,
    `select * from tp order by k`,
    `k:integer|v:text
1|uno
2|two
SELECT 2`,
  ],
  [`b`, `commit prepared 'first'`, `ERROR 42704: prepared transaction with identifier "first" does not exist`],
  [
    `a`,
    `select gid from pg_prepared_xacts`,
    `gid:text
SELECT 0`,
  ],
  [`a`, `begin`, `BEGIN`],
  [`a`, `select 1/0`, `ERROR 22012: division by zero`],
  [`a`, `prepare transaction 'failed'`, `ROLLBACK`],
  [
    `a`,
    `select 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [`a`, `begin`, `BEGIN`],
  [`a`, `insert into tp values (5, 'five')`, `INSERT 0 1`],
  [`a`, `savepoint s`, `SAVEPOINT`],
  [`a`, `insert into tp values (6, 'six')`, `INSERT 0 1`],
  [`a`, `savepoint u`, `SAVEPOINT`],
  [`a`, `insert into tp values (7, 'seven')`, `INSERT 0 1`],
  [`a`, `rollback to u`, `ROLLBACK`],
  [`a`, `insert into tp values (8, 'eight')`, `INSERT 0 1`],
  [`a`, `prepare transaction 'with savepoints'`, `PREPARE TRANSACTION`],
  [
    `a`,
    `select k from tp order by k`,
    `k:integer
1
2
SELECT 2`,
  ],
  [`b`, `commit prepared 'with savepoints'`, `COMMIT PREPARED`],
  [
    `a`,
    `select k from tp order by k`,
    `k:integer
1
2
5
6
8
SELECT 5`,
  ],
  [`a`, `begin`, `BEGIN`],
  [`a`, `savepoint s`, `SAVEPOINT`],
  [`a`, `select nosuch`, `ERROR 42703: column "nosuch" does not exist @8`],
  [`a`, `prepare transaction 'failed inside'`, `ROLLBACK`],
  [
    `a`,
    `select gid from pg_prepared_xacts`,
    `gid:text
SELECT 0`,
  ],
  [`a`, `begin`, `BEGIN`],
  [`a`, `create table made(x int)`, `CREATE TABLE`],
  [`a`, `insert into made values (7)`, `INSERT 0 1`],
  [`a`, `prepare transaction 'makes'`, `PREPARE TRANSACTION`],
  [`a`, `select * from made`, `ERROR 42P01: relation "made" does not exist @15`],
  [`b`, `select * from made`, `ERROR 42P01: relation "made" does not exist @15`],
  [`b`, `commit prepared 'makes'`, `COMMIT PREPARED`],
  [
    `a`,
    `select * from made`,
    `x:integer
7
SELECT 1`,
  ],
  [
    `b`,
    `select * from made`,
    `x:integer
7
SELECT 1`,
  ],
  [`a`, `begin`, `BEGIN`],
  [`a`, `drop table made`, `DROP TABLE`],
  [`a`, `prepare transaction 'drops'`, `PREPARE TRANSACTION`],
  [`b`, `begin; lock table made in access share mode nowait`, `ERROR 55P03: could not obtain lock on relation "made"`],
  [`b`, `rollback`, `ROLLBACK`],
  [`b`, `rollback prepared 'drops'`, `ROLLBACK PREPARED`],
  [
    `b`,
    `select * from made`,
    `x:integer
7
SELECT 1`,
  ],
  [`a`, `begin`, `BEGIN`],
  [`a`, `drop table made`, `DROP TABLE`],
  [`a`, `prepare transaction 'drops'`, `PREPARE TRANSACTION`],
  [`b`, `commit prepared 'drops'`, `COMMIT PREPARED`],
  [`a`, `select * from made`, `ERROR 42P01: relation "made" does not exist @15`],
  [`b`, `select * from made`, `ERROR 42P01: relation "made" does not exist @15`],
  [`a`, `begin`, `BEGIN`],
  [`a`, `create table lost(x int)`, `CREATE TABLE`],
  [`a`, `prepare transaction 'loses'`, `PREPARE TRANSACTION`],
  [`a`, `rollback prepared 'loses'`, `ROLLBACK PREPARED`],
  [`a`, `select * from lost`, `ERROR 42P01: relation "lost" does not exist @15`],
  [`a`, `begin`, `BEGIN`],
  [`a`, `prepare transaction 'empty'`, `PREPARE TRANSACTION`],
  [
    `a`,
    `select gid from pg_prepared_xacts`,
    `gid:text
empty
SELECT 1`,
  ],
  [`a`, `commit prepared 'empty'`, `COMMIT PREPARED`],
  [`a`, `begin`, `BEGIN`],
  [
    `a`,
    `prepare transaction '0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789'`,
    `ERROR 22023: transaction identifier "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" is too long`,
  ],
  [
    `a`,
    `select 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [`a`, `begin`, `BEGIN`],
  [`a`, `prepare transaction ''`, `PREPARE TRANSACTION`],
  [`a`, `rollback prepared ''`, `ROLLBACK PREPARED`],
  [`a`, `begin`, `BEGIN`],
  [`a`, `prepare transaction 'O''Brien "é"'`, `PREPARE TRANSACTION`],
  [
    `a`,
    `select gid from pg_prepared_xacts`,
    `gid:text
O'Brien "é"
SELECT 1`,
  ],
  [`a`, `rollback prepared 'O''Brien "é"'`, `ROLLBACK PREPARED`],
  [`a`, `begin`, `BEGIN`],
  [`a`, `set lock_timeout = '123ms'`, `SET`],
  [`a`, `prepare transaction 'settings'`, `PREPARE TRANSACTION`],
  [
    `a`,
    `show lock_timeout`,
    `lock_timeout:text
123ms
SHOW`,
  ],
  [`a`, `rollback prepared 'settings'`, `ROLLBACK PREPARED`],
  [
    `a`,
    `show lock_timeout`,
    `lock_timeout:text
123ms
SHOW`,
  ],
  [
    `a`,
    `insert into tp values (20, 'implicit'); prepare transaction 'implicit'; select count(*) from tp where k = 20`,
    `WARNING: there is no transaction in progress
INSERT 0 1
PREPARE TRANSACTION
count:bigint
0
SELECT 1`,
  ],
  [`a`, `commit prepared 'implicit'`, `COMMIT PREPARED`],
  [
    `a`,
    `select count(*) from tp where k = 20`,
    `count:bigint
1
SELECT 1`,
  ],
  [`a`, `begin isolation level repeatable read`, `BEGIN`],
  [
    `a`,
    `select count(*) from tp`,
    `count:bigint
6
SELECT 1`,
  ],
  [`b`, `begin`, `BEGIN`],
  [`b`, `delete from tp`, `DELETE 6`],
  [`b`, `prepare transaction 'deletes'`, `PREPARE TRANSACTION`],
  [
    `a`,
    `select count(*) from tp`,
    `count:bigint
6
SELECT 1`,
  ],
  [`b`, `commit prepared 'deletes'`, `COMMIT PREPARED`],
  [
    `a`,
    `select count(*) from tp`,
    `count:bigint
6
SELECT 1`,
  ],
  [`a`, `commit`, `COMMIT`],
  [
    `a`,
    `select count(*) from tp`,
    `count:bigint
0
SELECT 1`,
  ],
  [
    `a`,
    `begin; select * from tp where false; prepare transaction 'reads'`,
    `BEGIN
k:integer|v:text
SELECT 0
PREPARE TRANSACTION`,
  ],
  [`a`, `rollback prepared 'reads'`, `ROLLBACK PREPARED`],
  [`a`, `insert into tp values (1, 'one')`, `INSERT 0 1`],
  [`a`, `begin`, `BEGIN`],
  [
    `a`,
    `select k from tp where k = 1 for update`,
    `k:integer
1
SELECT 1`,
  ],
  [`a`, `prepare transaction 'locks'`, `PREPARE TRANSACTION`],
  [`b`, `select k from tp where k = 1 for update nowait`, `ERROR 55P03: could not obtain lock on row in relation "tp"`],
  [`a`, `rollback prepared 'locks'`, `ROLLBACK PREPARED`],
  [
    `b`,
    `select k from tp where k = 1 for update nowait`,
    `k:integer
1
SELECT 1`,
  ],
  [`a`, `drop table tp`, `DROP TABLE`],
];
