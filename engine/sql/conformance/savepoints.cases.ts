import type { Case } from './case.js';

/** Savepoints in all their ways; chained transactions. Answers are PostgreSQL 15's. */
export const savepointsCases: readonly Case[] = [
  [`savepoint a`, `ERROR 25P01: SAVEPOINT can only be used in transaction blocks`],
  [`release savepoint a`, `ERROR 25P01: RELEASE SAVEPOINT can only be used in transaction blocks`],
  [`rollback to a`, `ERROR 25P01: ROLLBACK TO SAVEPOINT can only be used in transaction blocks`],
  [`begin; rollback to nosuch`, `ERROR 3B001: savepoint "nosuch" does not exist`],
  [`rollback`, `ROLLBACK`],
  [`savepoint a; select 1`, `ERROR 25P01: SAVEPOINT can only be used in transaction blocks`],
  [`select 1; savepoint a`, `ERROR 25P01: SAVEPOINT can only be used in transaction blocks`],
  [`begin`, `BEGIN`],
  [`release a`, `ERROR 3B001: savepoint "a" does not exist`],
  [`rollback to a`, `ERROR 3B001: savepoint "a" does not exist`],
  [`rollback`, `ROLLBACK`],
  [`create table sp(k int, v text)`, `CREATE TABLE`],
  [`begin`, `BEGIN`],
  [`insert into sp values (1, 'before a')`, `INSERT 0 1`],
  [`savepoint a`, `SAVEPOINT`],
  [`insert into sp values (2, 'after a')`, `INSERT 0 1`],
  [`savepoint b`, `SAVEPOINT`],
  [`update sp set v = v || ' b'`, `UPDATE 2`],
  [
    `select * from sp order by k`,
    `k:integer|v:text
1|before a b
2|after a b
SELECT 2`,
  ],
  [`rollback to b`, `ROLLBACK`],
  [
    `select * from sp order by k`,
    `k:integer|v:text
1|before a
2|after a
SELECT 2`,
  ],
  [`update sp set v = v || ' b2'`, `UPDATE 2`],
  [`release a`, `RELEASE`],
  [
    `select * from sp order by k`,
    `k:integer|v:text
1|before a b2
2|after a b2
SELECT 2`,
  ],
  [`rollback to b`, `ERROR 3B001: savepoint "b" does not exist`],
  [`commit`, `ROLLBACK`],
  [
    `select * from sp order by k`,
    `k:integer|v:text
SELECT 0`,
  ],
  [`begin`, `BEGIN`],
  [`insert into sp values (3, 'kept')`, `INSERT 0 1`],
  [`savepoint s`, `SAVEPOINT`],
  [`insert into sp values (4, 'inner')`, `INSERT 0 1`],
  [`savepoint s`, `SAVEPOINT`],
  [`insert into sp values (5, 'shadowed')`, `INSERT 0 1`],
  [`rollback to s`, `ROLLBACK`],
  [
    `select k from sp order by k`,
    `k:integer
3
4
SELECT 2`,
  ],
  [`release s`, `RELEASE`],
  [`rollback to s`, `ROLLBACK`],
  [
    `select k from sp order by k`,
    `k:integer
3
SELECT 1`,
  ],
  [`commit`, `COMMIT`],
  [
    `select k from sp order by k`,
    `k:integer
3
SELECT 1`,
  ],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`select 1/0`, `ERROR 22012: division by zero`],
  [`select 1`, `ERROR 25P02: current transaction is aborted, commands ignored until end of transaction block`],
  [`savepoint c`, `ERROR 25P02: current transaction is aborted, commands ignored until end of transaction block`],
  [`release a`, `ERROR 25P02: current transaction is aborted, commands ignored until end of transaction block`],
  [`rollback to c`, `ERROR 3B001: savepoint "c" does not exist`],
  [`select 2`, `ERROR 25P02: current transaction is aborted, commands ignored until end of transaction block`],
  [`rollback to a`, `ROLLBACK`],
  [
    `select 3`,
    `?column?:integer
3
SELECT 1`,
  ],
  [`select 1/0`, `ERROR 22012: division by zero`],
  [`commit`, `ROLLBACK`],
  [`begin`, `BEGIN`],
  [`delete from sp`, `DELETE 1`],
  [`savepoint a`, `SAVEPOINT`],
  [`insert into sp values (10, 'ten')`, `INSERT 0 1`],
  [`select nosuch from sp`, `ERROR 42703: column "nosuch" does not exist @8`],
  [`rollback to savepoint a`, `ROLLBACK`],
  [
    `select count(*) from sp`,
    `count:bigint
0
SELECT 1`,
  ],
  [`insert into sp values (11, 'eleven')`, `INSERT 0 1`],
  [`release savepoint a`, `RELEASE`],
  [`rollback to a`, `ERROR 3B001: savepoint "a" does not exist`],
  [`rollback`, `ROLLBACK`],
  [
    `select k from sp order by k`,
    `k:integer
3
SELECT 1`,
  ],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`savepoint b`, `SAVEPOINT`],
  [`savepoint c`, `SAVEPOINT`],
  [`insert into sp values (6, 'in c')`, `INSERT 0 1`],
  [`release b`, `RELEASE`],
  [`rollback to c`, `ERROR 3B001: savepoint "c" does not exist`],
  [`rollback to a`, `ROLLBACK`],
  [
    `select count(*) from sp`,
    `count:bigint
1
SELECT 1`,
  ],
  [`rollback to b`, `ERROR 3B001: savepoint "b" does not exist`],
  [`rollback to a`, `ROLLBACK`],
  [`commit`, `COMMIT`],
  [`insert into sp values (1, 'start')`, `INSERT 0 1`],
  [`begin`, `BEGIN`],
  [`update sp set v = 'one' where k = 1`, `UPDATE 1`],
  [`savepoint a`, `SAVEPOINT`],
  [`update sp set v = 'two' where k = 1`, `UPDATE 1`],
  [`savepoint b`, `SAVEPOINT`],
  [`update sp set v = 'three' where k = 1`, `UPDATE 1`],
  [`rollback to b`, `ROLLBACK`],
  [`update sp set v = v || '!' where k = 1`, `UPDATE 1`],
  [`rollback to a`, `ROLLBACK`],
  [
    `select v from sp where k = 1`,
    `v:text
one
SELECT 1`,
  ],
  [`update sp set v = v || '?' where k = 1`, `UPDATE 1`],
  [`savepoint c`, `SAVEPOINT`],
  [`delete from sp where k = 1`, `DELETE 1`],
  [
    `select count(*) from sp where k = 1`,
    `count:bigint
0
SELECT 1`,
  ],
  [`rollback to c`, `ROLLBACK`],
  [
    `select v from sp where k = 1`,
    `v:text
one?
SELECT 1`,
  ],
  [`commit`, `COMMIT`],
  [
    `select v from sp where k = 1`,
    `v:text
one?
SELECT 1`,
  ],
  [`begin`, `BEGIN`],
  [`set lock_timeout = '5s'`, `SET`],
  [`savepoint a`, `SAVEPOINT`],
  [`set lock_timeout = '7s'`, `SET`],
  [`set local statement_timeout = '70s'`, `SET`],
  [`savepoint b`, `SAVEPOINT`],
  [`set lock_timeout = '9s'`, `SET`],
  [
    `show lock_timeout`,
    `lock_timeout:text
9s
SHOW`,
  ],
  [`rollback to b`, `ROLLBACK`],
  [
    `show lock_timeout`,
    `lock_timeout:text
7s
SHOW`,
  ],
  [`release a`, `RELEASE`],
  [
    `show statement_timeout`,
    `statement_timeout:text
70s
SHOW`,
  ],
  [`savepoint d`, `SAVEPOINT`],
  [`set local lock_timeout = '11s'`, `SET`],
  [`release d`, `RELEASE`],
  [
    `show lock_timeout`,
    `lock_timeout:text
11s
SHOW`,
  ],
  [`commit`, `COMMIT`],
  [
    `show lock_timeout`,
    `lock_timeout:text
7s
SHOW`,
  ],
  [
    `show statement_timeout`,
    `statement_timeout:text
0
SHOW`,
  ],
  [`reset lock_timeout`, `RESET`],
  [`begin`, `BEGIN`],
  [`set local lock_timeout = '3s'`, `SET`],
  [`savepoint a`, `SAVEPOINT`],
  [`set lock_timeout = '4s'`, `SET`],
  [`rollback to a`, `ROLLBACK`],
  [
    `show lock_timeout`,
    `lock_timeout:text
3s
SHOW`,
  ],
  [`set lock_timeout = '6s'`, `SET`],
  [`rollback`, `ROLLBACK`],
  [
    `show lock_timeout`,
    `lock_timeout:text
0
SHOW`,
  ],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`set lock_timeout = '12s'`, `SET`],
  [`select 1/0`, `ERROR 22012: division by zero`],
  [`show lock_timeout`, `ERROR 25P02: current transaction is aborted, commands ignored until end of transaction block`],
  [`rollback to a`, `ROLLBACK`],
  [
    `show lock_timeout`,
    `lock_timeout:text
0
SHOW`,
  ],
  [`commit`, `COMMIT`],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`create table made(x int)`, `CREATE TABLE`],
  [`insert into made values (1)`, `INSERT 0 1`],
  [`rollback to a`, `ROLLBACK`],
  [`select * from made`, `ERROR 42P01: relation "made" does not exist @15`],
  [`rollback to a`, `ROLLBACK`],
  [`create table made(y int)`, `CREATE TABLE`],
  [`release a`, `RELEASE`],
  [
    `select * from made`,
    `y:integer
SELECT 0`,
  ],
  [`savepoint b`, `SAVEPOINT`],
  [`drop table made`, `DROP TABLE`],
  [`select * from made`, `ERROR 42P01: relation "made" does not exist @15`],
  [`rollback to b`, `ROLLBACK`],
  [
    `select * from made`,
    `y:integer
SELECT 0`,
  ],
  [`alter table made add column z int`, `ALTER TABLE`],
  [`savepoint c`, `SAVEPOINT`],
  [`alter table made rename column y to yy`, `ALTER TABLE`],
  [
    `select * from made`,
    `yy:integer|z:integer
SELECT 0`,
  ],
  [`rollback to c`, `ROLLBACK`],
  [
    `select * from made`,
    `y:integer|z:integer
SELECT 0`,
  ],
  [`commit`, `COMMIT`],
  [
    `select * from made`,
    `y:integer|z:integer
SELECT 0`,
  ],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`truncate sp`, `TRUNCATE TABLE`],
  [
    `select count(*) from sp`,
    `count:bigint
0
SELECT 1`,
  ],
  [`rollback to a`, `ROLLBACK`],
  [
    `select count(*) from sp`,
    `count:bigint
2
SELECT 1`,
  ],
  [`drop table made`, `DROP TABLE`],
  [`commit`, `COMMIT`],
  [`begin isolation level repeatable read`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [
    `show transaction_isolation`,
    `transaction_isolation:text
repeatable read
SHOW`,
  ],
  [
    `set transaction isolation level read committed`,
    `ERROR 25001: SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction`,
  ],
  [`rollback to a`, `ROLLBACK`],
  [`set transaction read only`, `SET`],
  [`insert into sp values (99, 'no')`, `ERROR 25006: cannot execute INSERT in a read-only transaction`],
  [`rollback to a`, `ROLLBACK`],
  [
    `show transaction_read_only`,
    `transaction_read_only:text
off
SHOW`,
  ],
  [`insert into sp values (98, 'yes')`, `INSERT 0 1`],
  [`savepoint b`, `SAVEPOINT`],
  [`set transaction read only`, `SET`],
  [`release b`, `RELEASE`],
  [
    `show transaction_read_only`,
    `transaction_read_only:text
off
SHOW`,
  ],
  [`rollback`, `ROLLBACK`],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [
    `set transaction isolation level repeatable read`,
    `ERROR 25001: SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction`,
  ],
  [`rollback`, `ROLLBACK`],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [
    `set transaction isolation level repeatable read`,
    `ERROR 25001: SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction`,
  ],
  [`rollback to a`, `ROLLBACK`],
  [
    `select 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `set transaction isolation level repeatable read`,
    `ERROR 25001: SET TRANSACTION ISOLATION LEVEL must be called before any query`,
  ],
  [`rollback`, `ROLLBACK`],
  [`begin read only`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`set transaction read write`, `ERROR 25001: cannot set transaction read-write mode inside a read-only transaction`],
  [`rollback to a`, `ROLLBACK`],
  [`set transaction read write`, `ERROR 25001: cannot set transaction read-write mode inside a read-only transaction`],
  [`rollback`, `ROLLBACK`],
  [`begin read only`, `BEGIN`],
  [
    `select 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [`set transaction read only`, `SET`],
  [`set transaction read write`, `ERROR 25001: transaction read-write mode must be set before any query`],
  [`rollback`, `ROLLBACK`],
  [`begin`, `BEGIN`],
  [
    `select 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [`set transaction read only`, `SET`],
  [`insert into sp values (97, 'no')`, `ERROR 25006: cannot execute INSERT in a read-only transaction`],
  [`rollback`, `ROLLBACK`],
  [`commit and chain`, `ERROR 25P01: COMMIT AND CHAIN can only be used in transaction blocks`],
  [`rollback and chain`, `ERROR 25P01: ROLLBACK AND CHAIN can only be used in transaction blocks`],
  [`select 1; commit and chain`, `ERROR 25P01: COMMIT AND CHAIN can only be used in transaction blocks`],
  [`begin isolation level repeatable read, read only`, `BEGIN`],
  [`commit and chain`, `COMMIT`],
  [
    `show transaction_isolation`,
    `transaction_isolation:text
repeatable read
SHOW`,
  ],
  [
    `show transaction_read_only`,
    `transaction_read_only:text
on
SHOW`,
  ],
  [`rollback and chain`, `ROLLBACK`],
  [
    `show transaction_isolation`,
    `transaction_isolation:text
repeatable read
SHOW`,
  ],
  [`select 1/0`, `ERROR 22012: division by zero`],
  [`commit and chain`, `ROLLBACK`],
  [
    `show transaction_isolation`,
    `transaction_isolation:text
repeatable read
SHOW`,
  ],
  [
    `show transaction_read_only`,
    `transaction_read_only:text
on
SHOW`,
  ],
  [`rollback and no chain`, `ROLLBACK`],
  [
    `show transaction_isolation`,
    `transaction_isolation:text
read committed
SHOW`,
  ],
  [`begin isolation level repeatable read`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`select 1/0`, `ERROR 22012: division by zero`],
  [`rollback and chain`, `ROLLBACK`],
  [
    `show transaction_isolation`,
    `transaction_isolation:text
repeatable read
SHOW`,
  ],
  [`savepoint a`, `SAVEPOINT`],
  [`commit`, `COMMIT`],
  [`savepoint a`, `ERROR 25P01: SAVEPOINT can only be used in transaction blocks`],
  [`begin`, `BEGIN`],
  [`savepoint "Mixed Name"`, `SAVEPOINT`],
  [`rollback to mixed`, `ERROR 3B001: savepoint "mixed" does not exist`],
  [`rollback to "Mixed Name"`, `ROLLBACK`],
  [`release "Mixed Name"`, `RELEASE`],
  [`rollback to "Mixed Name"`, `ERROR 3B001: savepoint "Mixed Name" does not exist`],
  [`abort`, `ROLLBACK`],
  [
    `begin; savepoint a; insert into sp values (20, 'x'); rollback to a; insert into sp values (21, 'y'); commit`,
    `BEGIN
SAVEPOINT
INSERT 0 1
ROLLBACK
INSERT 0 1
COMMIT`,
  ],
  [
    `select k from sp where k >= 20`,
    `k:integer
21
SELECT 1`,
  ],
  [`begin; savepoint a; select 1/0; rollback to a; commit`, `ERROR 22012: division by zero`],
  [`rollback to a`, `ROLLBACK`],
  [`commit`, `COMMIT`],
  [`prepare q as select k from sp where k = 1`, `PREPARE`],
  [`begin`, `BEGIN`],
  [`savepoint a`, `SAVEPOINT`],
  [`prepare r as select k from sp where k = 3`, `PREPARE`],
  [`rollback to a`, `ROLLBACK`],
  [
    `execute r`,
    `k:integer
3
SELECT 1`,
  ],
  [
    `execute q`,
    `k:integer
1
SELECT 1`,
  ],
  [`commit`, `COMMIT`],
  [`begin`, `BEGIN`],
  [`lock table sp in share row exclusive mode`, `LOCK TABLE`],
  [`savepoint a`, `SAVEPOINT`],
  [`lock table sp in access exclusive mode`, `LOCK TABLE`],
  [`rollback to a`, `ROLLBACK`],
  [
    `select mode from pg_locks where relation = 'sp'::regclass order by 1`,
    `mode:text
ShareRowExclusiveLock
SELECT 1`,
  ],
  [`savepoint b`, `SAVEPOINT`],
  [`lock table sp in access exclusive mode`, `LOCK TABLE`],
  [`release b`, `RELEASE`],
  [
    `select mode from pg_locks where relation = 'sp'::regclass order by 1`,
    `mode:text
AccessExclusiveLock
ShareRowExclusiveLock
SELECT 2`,
  ],
  [`rollback`, `ROLLBACK`],
  [`begin`, `BEGIN`],
  [`insert into sp values (30, 'x')`, `INSERT 0 1`],
  [`savepoint a`, `SAVEPOINT`],
  [`insert into sp values (31, 'y')`, `INSERT 0 1`],
  [`savepoint b`, `SAVEPOINT`],
  [`insert into sp values (32, 'z')`, `INSERT 0 1`],
  [
    `select count(distinct xmin::text) from sp where k >= 30`,
    `count:bigint
3
SELECT 1`,
  ],
  [
    `select count(*) from pg_locks where locktype = 'transactionid'`,
    `count:bigint
3
SELECT 1`,
  ],
  [`rollback to a`, `ROLLBACK`],
  [
    `select count(*) from pg_locks where locktype = 'transactionid'`,
    `count:bigint
1
SELECT 1`,
  ],
  [
    `select pg_current_xact_id()::text::bigint - xmin::text::bigint from sp where k = 30`,
    `?column?:bigint
0
SELECT 1`,
  ],
  [`rollback`, `ROLLBACK`],
  [`drop table sp`, `DROP TABLE`],
];
