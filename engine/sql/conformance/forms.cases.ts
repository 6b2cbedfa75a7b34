import type { Case } from './case.js';

/** Forms of statements that are easily taken for others, or that are errors just here. */
export const formsCases: readonly Case[] = [
  [`create table t(a int primary key, b text)`, `CREATE TABLE`],
  [`insert into t values (1,'x'),(2,'y'),(3,null)`, `INSERT 0 3`],
  [
    `select a, b from t group by a order by a`,
    `a:integer|b:text
1|x
2|y
3|∅
SELECT 3`,
  ],
  [
    `select b from t group by a order by a`,
    `b:text
x
y
∅
SELECT 3`,
  ],
  [
    `select a, b, count(*) from t group by a having b is not null order by 1`,
    `a:integer|b:text|count:bigint
1|x|1
2|y|1
SELECT 2`,
  ],
  [
    `select t.a, s.b, count(*) from t, t s where s.a = t.a group by t.a, s.a order by 1`,
    `a:integer|b:text|count:bigint
1|x|1
2|y|1
3|∅|1
SELECT 3`,
  ],
  [
    `select t.a, s.b, count(*) from t, t s where s.a = t.a group by t.a order by 1`,
    `ERROR 42803: column "s.b" must appear in the GROUP BY clause or be used in an aggregate function @13`,
  ],
  [
    `select b, count(*) from (select * from t) s group by a`,
    `ERROR 42803: column "s.b" must appear in the GROUP BY clause or be used in an aggregate function @8`,
  ],
  [
    `explain (costs off) select a, b from t group by a`,
    `QUERY PLAN:text
HashAggregate
  Group Key: a
  ->  Seq Scan on t
EXPLAIN`,
  ],
  [
    `select * from t where false group by a`,
    `a:integer|b:text
SELECT 0`,
  ],
  [
    `select interval '1-2' year to month = '14 months', interval '5' month = '5 months', interval '90' minute = '90 minutes'`,
    `?column?:boolean|?column?:boolean|?column?:boolean
t|t|t
SELECT 1`,
  ],
  [
    `select interval '1 day 02:03' hour = '26 hours', interval '1' day = '1 day', '10'::interval hour = '10 hours'`,
    `?column?:boolean|?column?:boolean|?column?:boolean
t|t|t
SELECT 1`,
  ],
  [`create table iv (i interval day to second(0))`, `CREATE TABLE`],
  [`insert into iv values ('3.7'), ('1 2:03:04.6')`, `INSERT 0 2`],
  [
    `select i::text from iv`,
    `i:text
00:00:04
1 day 02:03:05
SELECT 2`,
  ],
  [
    `select case when true then generate_series(1,2) end`,
    `ERROR 0A000: set-returning functions are not allowed in CASE @28 HINT You might be able to move the set-returning function into a LATERAL FROM item.`,
  ],
  [
    `select coalesce(generate_series(1,2), 0)`,
    `ERROR 0A000: set-returning functions are not allowed in COALESCE @17 HINT You might be able to move the set-returning function into a LATERAL FROM item.`,
  ],
  [
    `alter table if exists nope add column c int`,
    `NOTICE: relation "nope" does not exist, skipping
ALTER TABLE`,
  ],
  [
    `alter table if exists nope rename column a to b`,
    `NOTICE: relation "nope" does not exist, skipping
ALTER TABLE`,
  ],
  [
    `alter table if exists nope rename to q`,
    `NOTICE: relation "nope" does not exist, skipping
ALTER TABLE`,
  ],
  [
    `select pg_cancel_backend(0)`,
    `WARNING: PID 0 is not a PostgreSQL backend process
pg_cancel_backend:boolean
f
SELECT 1`,
  ],
  [`select * from t limit nope`, `ERROR 42703: column "nope" does not exist @23`],
  [
    `values (1),(2) limit (select 1)`,
    `column1:integer
1
SELECT 1`,
  ],
];
