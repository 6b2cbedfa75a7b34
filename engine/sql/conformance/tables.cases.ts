import type { Case } from './case.js';

/** Tables, their rows, transactions and settings. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const tablesCases: readonly Case[] = [
  [
    `drop table if exists t, nope`,
    `NOTICE: table "t" does not exist, skipping
NOTICE: table "nope" does not exist, skipping
DROP TABLE`,
  ],
  [`create table t(a int not null, b text default 'x', c numeric(10,2) check (c>0))`, `CREATE TABLE`],
  [`create table t(a int)`, `ERROR 42P07: relation "t" already exists`],
  [
    `create table if not exists t(a int)`,
    `NOTICE: relation "t" already exists, skipping
CREATE TABLE`,
  ],
  [`create table t2(a int, a text)`, `ERROR 42701: column "a" specified more than once`],
  [`create table t2(a nosuch)`, `ERROR 42704: type "nosuch" does not exist @19`],
  [`create table t2(a int default 'x')`, `ERROR 22P02: invalid input syntax for type integer: "x" @31`],
  [`create table t2(a int default b)`, `ERROR 0A000: cannot use column reference in DEFAULT expression @31`],
  [`create table t2(a int check (b>0))`, `ERROR 42703: column "b" does not exist @30`],
  [`create table t2(a int check (a+1))`, `ERROR 42804: argument of CHECK must be type boolean, not type integer @30`],
  [`create table t2(a int default (select 1))`, `ERROR 0A000: cannot use subquery in DEFAULT expression @31`],
  [`create table t2(a int check (a in (select 1)))`, `ERROR 0A000: cannot use subquery in check constraint @32`],
  [`create table t2(a unknown)`, `ERROR 42P16: column "a" has pseudo-type unknown`],
  [`create table t2(ctid int)`, `ERROR 42701: column name "ctid" conflicts with a system column name`],
  [`create table nosuch.t2(a int)`, `ERROR 3F000: schema "nosuch" does not exist @14`],
  [
    `create table pg_catalog.t2(a int)`,
    `ERROR 42501: permission denied to create "pg_catalog.t2" DETAIL System catalog modifications are currently disallowed.`,
  ],
  [`create table public.t2(a int, b int, constraint pos check (a>0 and b>0), check (a<b))`, `CREATE TABLE`],
  [
    `insert into t2 values (0,1)`,
    `ERROR 23514: new row for relation "t2" violates check constraint "pos" DETAIL Failing row contains (0, 1).`,
  ],
  [
    `insert into t2 values (5,1)`,
    `ERROR 23514: new row for relation "t2" violates check constraint "t2_check" DETAIL Failing row contains (5, 1).`,
  ],
  [`insert into t2 values (null,null)`, `INSERT 0 1`],
  [`insert into t2 default values`, `INSERT 0 1`],
  [
    `insert into t2(a) values (1) returning a, b, a+1 as c`,
    `a:integer|b:integer|c:integer
1|∅|2
INSERT 0 1`,
  ],
  [
    `insert into t2 select n, n+1 from generate_series(1,3) n returning *`,
    `a:integer|b:integer
1|2
2|3
3|4
INSERT 0 3`,
  ],
  [`insert into t2 (b,a) select 7, 6`, `INSERT 0 1`],
  [`insert into t2 select 'x', 1`, `ERROR 22P02: invalid input syntax for type integer: "x" @23`],
  [`insert into t2 select '8','9'`, `INSERT 0 1`],
  [
    `select * from t2 order by a, b`,
    `a:integer|b:integer
1|2
1|∅
2|3
3|4
6|7
8|9
∅|∅
∅|∅
SELECT 8`,
  ],
  [
    `update t2 set a=a+1`,
    `ERROR 23514: new row for relation "t2" violates check constraint "t2_check" DETAIL Failing row contains (2, 2).`,
  ],
  [
    `update t2 set a=100 where a=2`,
    `ERROR 23514: new row for relation "t2" violates check constraint "t2_check" DETAIL Failing row contains (100, 3).`,
  ],
  [
    `update t2 set b=b+10 where a=2 returning *`,
    `a:integer|b:integer
2|13
UPDATE 1`,
  ],
  [`update t2 set nope=1`, `ERROR 42703: column "nope" of relation "t2" does not exist @15`],
  [`update t2 set a=1, a=2`, `ERROR 42601: multiple assignments to same column "a"`],
  [`update t2 set a='x'`, `ERROR 22P02: invalid input syntax for type integer: "x" @17`],
  [
    `update t2 set (a,b)=(3,20) where a=2 returning a,b`,
    `a:integer|b:integer
3|20
UPDATE 1`,
  ],
  [
    `update t2 set b=default where a=3 returning *`,
    `a:integer|b:integer
3|∅
3|∅
UPDATE 2`,
  ],
  [
    `update t2 x set b=x.a+1 where x.a>5 returning x.*`,
    `a:integer|b:integer
6|7
8|9
UPDATE 2`,
  ],
  [`update t2 set b=1 where t2.nope=1`, `ERROR 42703: column t2.nope does not exist @25`],
  [`update nope set a=1`, `ERROR 42P01: relation "nope" does not exist @8`],
  [
    `update t2 set b=v.n+100 from (values (3,1),(6,2)) v(k,n) where v.k=t2.a returning t2.a,t2.b,v.n`,
    `a:integer|b:integer|n:integer
3|101|1
3|101|1
6|102|2
UPDATE 3`,
  ],
  [
    `delete from t2 where a=3 returning *`,
    `a:integer|b:integer
3|101
3|101
DELETE 2`,
  ],
  [`delete from t2 using (values (6),(7)) v(k) where v.k=t2.a`, `DELETE 1`],
  [`delete from nope`, `ERROR 42P01: relation "nope" does not exist @13`],
  [
    `delete from t2 where a is null returning a`,
    `a:integer
∅
∅
DELETE 2`,
  ],
  [`delete from t2`, `DELETE 3`],
  [`truncate t2`, `TRUNCATE TABLE`],
  [`truncate nope`, `ERROR 42P01: relation "nope" does not exist`],
  [`truncate t, t2`, `TRUNCATE TABLE`],
  [`insert into t2 values (1,2),(2,3)`, `INSERT 0 2`],
  [`begin`, `BEGIN`],
  [`insert into t2 values (3,4)`, `INSERT 0 1`],
  [
    `select count(*) from t2`,
    `count:bigint
3
SELECT 1`,
  ],
  [
    `begin`,
    `WARNING: there is already a transaction in progress
BEGIN`,
  ],
  [`commit`, `COMMIT`],
  [
    `commit`,
    `WARNING: there is no transaction in progress
COMMIT`,
  ],
  [
    `rollback`,
    `WARNING: there is no transaction in progress
ROLLBACK`,
  ],
  [
    `begin; insert into t2 values (4,5); rollback`,
    `BEGIN
INSERT 0 1
ROLLBACK`,
  ],
  [
    `select count(*) from t2`,
    `count:bigint
3
SELECT 1`,
  ],
  [`begin; select 1/0`, `ERROR 22012: division by zero`],
  [`select 1`, `ERROR 25P02: current transaction is aborted, commands ignored until end of transaction block`],
  [`commit`, `ROLLBACK`],
  [
    `select 1; select 2`,
    `?column?:integer
1
SELECT 1
?column?:integer
2
SELECT 1`,
  ],
  [`insert into t2 values (10,11); select 1/0`, `ERROR 22012: division by zero`],
  [
    `select count(*) from t2`,
    `count:bigint
3
SELECT 1`,
  ],
  [
    `insert into t2 values (10,11); commit; select 1/0`,
    `WARNING: there is no transaction in progress
ERROR 22012: division by zero`,
  ],
  [
    `select count(*) from t2`,
    `count:bigint
4
SELECT 1`,
  ],
  [`begin isolation level repeatable read read only`, `BEGIN`],
  [`insert into t2 values (20,21)`, `ERROR 25006: cannot execute INSERT in a read-only transaction`],
  [`rollback`, `ROLLBACK`],
  [`start transaction read only`, `START TRANSACTION`],
  [`create table q(a int)`, `ERROR 25006: cannot execute CREATE TABLE in a read-only transaction`],
  [`abort`, `ROLLBACK`],
  [
    `begin; set transaction isolation level repeatable read; show transaction_isolation; end`,
    `BEGIN
SET
transaction_isolation:text
repeatable read
SHOW
COMMIT`,
  ],
  [
    `begin; select 1; set transaction isolation level repeatable read`,
    `ERROR 25001: SET TRANSACTION ISOLATION LEVEL must be called before any query`,
  ],
  [`rollback`, `ROLLBACK`],
  [
    `set transaction isolation level read committed`,
    `WARNING: SET TRANSACTION can only be used in transaction blocks
SET`,
  ],
  [
    `show transaction_isolation`,
    `transaction_isolation:text
read committed
SHOW`,
  ],
  [
    `set work_mem='8MB'; show work_mem`,
    `SET
work_mem:text
8MB
SHOW`,
  ],
  [
    `reset work_mem; show work_mem`,
    `RESET
work_mem:text
4MB
SHOW`,
  ],
  [
    `begin; set local work_mem='16MB'; show work_mem; commit; show work_mem`,
    `BEGIN
SET
work_mem:text
16MB
SHOW
COMMIT
work_mem:text
4MB
SHOW`,
  ],
  [
    `begin; set work_mem='16MB'; rollback; show work_mem`,
    `BEGIN
SET
ROLLBACK
work_mem:text
4MB
SHOW`,
  ],
  [`set nosuch=1`, `ERROR 42704: unrecognized configuration parameter "nosuch"`],
  [`show nosuch`, `ERROR 42704: unrecognized configuration parameter "nosuch"`],
  [`set port=1`, `ERROR 55P02: parameter "port" cannot be changed without restarting the server`],
  [`set server_version='1'`, `ERROR 55P02: parameter "server_version" cannot be changed`],
  [`set search_path to public, pg_catalog`, `SET`],
  [
    `show search_path`,
    `search_path:text
public, pg_catalog
SHOW`,
  ],
  [`set search_path=nosuch`, `SET`],
  [`select * from t2`, `ERROR 42P01: relation "t2" does not exist @15`],
  [`create table zz(a int)`, `ERROR 3F000: no schema has been selected to create in @14`],
  [`reset search_path`, `RESET`],
  [`set time zone 'UTC'`, `SET`],
  [`set timezone='Nowhere/X'`, `ERROR 22023: invalid value for parameter "TimeZone": "Nowhere/X"`],
  [`set statement_timeout=0`, `SET`],
  [
    `begin; create table dd(a int); insert into dd values(1); select * from dd; rollback`,
    `BEGIN
CREATE TABLE
INSERT 0 1
a:integer
1
SELECT 1
ROLLBACK`,
  ],
  [`select * from dd`, `ERROR 42P01: relation "dd" does not exist @15`],
  [
    `begin; drop table t2; select 1; rollback`,
    `BEGIN
DROP TABLE
?column?:integer
1
SELECT 1
ROLLBACK`,
  ],
  [
    `select count(*) from t2`,
    `count:bigint
4
SELECT 1`,
  ],
  [
    `begin; truncate t2; select count(*) from t2; rollback`,
    `BEGIN
TRUNCATE TABLE
count:bigint
0
SELECT 1
ROLLBACK`,
  ],
  [
    `select count(*) from t2`,
    `count:bigint
4
SELECT 1`,
  ],
  [
    `begin; truncate t2; insert into t2 values (1,2); commit`,
    `BEGIN
TRUNCATE TABLE
INSERT 0 1
COMMIT`,
  ],
  [
    `select * from t2`,
    `a:integer|b:integer
1|2
SELECT 1`,
  ],
  [`drop table t2; select * from t2`, `ERROR 42P01: relation "t2" does not exist @30`],
  [`drop table t2`, `DROP TABLE`],
  [`drop table nosuch.t2`, `ERROR 3F000: schema "nosuch" does not exist`],
  [
    `drop table if exists nosuch.t2`,
    `NOTICE: schema "nosuch" does not exist, skipping
DROP TABLE`,
  ],
  [`lock table t`, `ERROR 25P01: LOCK TABLE can only be used in transaction blocks`],
  [
    `begin; lock table t in share mode; commit`,
    `BEGIN
LOCK TABLE
COMMIT`,
  ],
  [
    `select 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `select`,
    `

SELECT 1`,
  ],
  [`selec 1`, `ERROR 42601: syntax error at or near "selec" @1`],
  [`select 1 from`, `ERROR 42601: syntax error at end of input @14`],
  [`select 'abc`, `ERROR 42601: unterminated quoted string at or near "'abc" @8`],
  [`select $1`, `ERROR 42P02: there is no parameter $1 @8`],
  [`select "A" from t`, `ERROR 42703: column "A" does not exist @8`],
  [`alter table t add column d int`, `ALTER TABLE`],
  [
    `insert into t values (1,'a',1,4) returning *`,
    `a:integer|b:text|c:numeric(10,2)|d:integer
1|a|1.00|4
INSERT 0 1`,
  ],
  [`alter table t add column d int`, `ERROR 42701: column "d" of relation "t" already exists`],
  [`alter table t rename to tr`, `ALTER TABLE`],
  [
    `alter table tr rename column b to bb`,
    `ERROR 0A000: renaming a column of a table with CHECK constraints is not supported`,
  ],
  [`drop table tr`, `DROP TABLE`],
];
