import type { Case } from './case.js';

/** INSERT ... ON CONFLICT. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const onConflictCases: readonly Case[] = [
  [`create table t(a int primary key, b int, c text, constraint cu unique (b, c), check (b > 0))`, `CREATE TABLE`],
  [`insert into t values (1,1,'x') on conflict do nothing`, `INSERT 0 1`],
  [`insert into t values (1,2,'y') on conflict do nothing`, `INSERT 0 0`],
  [`insert into t values (1,2,'y') on conflict (a) do nothing`, `INSERT 0 0`],
  [
    `insert into t values (1,2,'y') on conflict (b) do nothing`,
    `ERROR 42P10: there is no unique or exclusion constraint matching the ON CONFLICT specification`,
  ],
  [`insert into t values (1,2,'y') on conflict (zz) do nothing`, `ERROR 42703: column "zz" does not exist @44`],
  [
    `insert into t values (1,2,'y') on conflict (c, b) do nothing`,
    `ERROR 23505: duplicate key value violates unique constraint "t_pkey" DETAIL Key (a)=(1) already exists.`,
  ],
  [`insert into t values (2,1,'x') on conflict (c, b) do nothing`, `INSERT 0 0`],
  [
    `insert into t values (2,1,'x') on conflict on constraint cu do nothing returning *`,
    `a:integer|b:integer|c:text
INSERT 0 0`,
  ],
  [
    `insert into t values (2,1,'x') on conflict on constraint nope do nothing`,
    `ERROR 42704: constraint "nope" for table "t" does not exist`,
  ],
  [
    `insert into t values (2,1,'x') on conflict do update set b = 1`,
    `ERROR 42601: ON CONFLICT DO UPDATE requires inference specification or constraint name @32 HINT For example, ON CONFLICT (column_name).`,
  ],
  [
    `insert into t values (1,5,'n') on conflict (a) do update set b = excluded.b, c = t.c || excluded.c returning *`,
    `a:integer|b:integer|c:text
1|5|xn
INSERT 0 1`,
  ],
  [
    `insert into t values (1,5,'n') on conflict (a) do update set b = b + 1`,
    `ERROR 42702: column reference "b" is ambiguous @66`,
  ],
  [
    `insert into t as x values (1,5,'n') on conflict (a) do update set b = x.b + excluded.b where x.b < 100 returning a, b, x.c`,
    `a:integer|b:integer|c:text
1|10|xn
INSERT 0 1`,
  ],
  [
    `insert into t as x values (1,5,'n') on conflict (a) do update set b = x.b + excluded.b where x.b > 100 returning *`,
    `a:integer|b:integer|c:text
INSERT 0 0`,
  ],
  [
    `insert into t values (1,5,'n') on conflict (a) do update set b = -1`,
    `ERROR 23514: new row for relation "t" violates check constraint "t_b_check" DETAIL Failing row contains (1, -1, xn).`,
  ],
  [
    `insert into t values (1,-5,'n') on conflict (a) do update set b = 1`,
    `ERROR 23514: new row for relation "t" violates check constraint "t_b_check" DETAIL Failing row contains (1, -5, n).`,
  ],
  [
    `insert into t values (3,3,'z'), (3,4,'w') on conflict (a) do update set b = excluded.b`,
    `ERROR 21000: ON CONFLICT DO UPDATE command cannot affect row a second time HINT Ensure that no rows proposed for insertion within the same command have duplicate constrained values.`,
  ],
  [`insert into t values (3,3,'z'), (3,4,'w') on conflict (a) do nothing`, `INSERT 0 1`],
  [
    `select * from t order by a`,
    `a:integer|b:integer|c:text
1|10|xn
3|3|z
SELECT 2`,
  ],
  [
    `insert into t select g, 10, 'g' || g from generate_series(1, 5) g on conflict (a) do update set b = excluded.b + t.b, c = default`,
    `INSERT 0 5`,
  ],
  [
    `select * from t order by a`,
    `a:integer|b:integer|c:text
1|20|∅
2|10|g2
3|13|∅
4|10|g4
5|10|g5
SELECT 5`,
  ],
  [
    `insert into t values (9, 10, 'q') on conflict (a) do update set (b, c) = (excluded.b, 'zz') returning *`,
    `a:integer|b:integer|c:text
9|10|q
INSERT 0 1`,
  ],
  [
    `insert into t values (9, 10, 'q') on conflict (a) do update set (b, c) = (excluded.b, 'zz') returning *`,
    `a:integer|b:integer|c:text
9|10|zz
INSERT 0 1`,
  ],
  [
    `insert into t values (9, 10, 'q') on conflict (a) do update set a = 1`,
    `ERROR 23505: duplicate key value violates unique constraint "t_pkey" DETAIL Key (a)=(1) already exists.`,
  ],
  [
    `insert into t values (9, 10, 'q') on conflict (a) do update set zz = 1`,
    `ERROR 42703: column "zz" of relation "t" does not exist @65`,
  ],
  [
    `insert into t values (9, 10, 'q') on conflict (a) do update set b = excluded.zz`,
    `ERROR 42703: column excluded.zz does not exist @69`,
  ],
  [
    `insert into t values (10, 10, 'zz') on conflict (a) do update set b = 7`,
    `ERROR 23505: duplicate key value violates unique constraint "cu" DETAIL Key (b, c)=(10, zz) already exists.`,
  ],
  [
    `insert into t values (10, 10, 'zz') on conflict (a) where a > 1 do nothing`,
    `ERROR 23505: duplicate key value violates unique constraint "cu" DETAIL Key (b, c)=(10, zz) already exists.`,
  ],
  [
    `insert into t(a) values (null) on conflict (a) do nothing`,
    `ERROR 23502: null value in column "a" of relation "t" violates not-null constraint DETAIL Failing row contains (null, null, null).`,
  ],
  [
    `explain (costs off) insert into t values (9, 10, 'q') on conflict (a) do update set b = 1 where t.b > 3`,
    `QUERY PLAN:text
Insert on t
  Conflict Resolution: UPDATE
  Conflict Arbiter Indexes: t_pkey
  Conflict Filter: (t.b > 3)
  ->  Result
EXPLAIN`,
  ],
  [
    `explain (costs off) insert into t values (9, 10, 'q') on conflict do nothing`,
    `QUERY PLAN:text
Insert on t
  Conflict Resolution: NOTHING
  ->  Result
EXPLAIN`,
  ],
  [
    `explain (costs off) insert into t values (9, 10, 'q') on conflict (b, c) do nothing`,
    `QUERY PLAN:text
Insert on t
  Conflict Resolution: NOTHING
  Conflict Arbiter Indexes: cu
  ->  Result
EXPLAIN`,
  ],
  [
    `insert into t values (9, 10, 'q') on conflict ((a+1)) do nothing`,
    `ERROR 42P10: there is no unique or exclusion constraint matching the ON CONFLICT specification`,
  ],
  [`create table n(a int)`, `CREATE TABLE`],
  [`insert into n values (1) on conflict do nothing`, `INSERT 0 1`],
  [
    `insert into n values (1) on conflict (a) do nothing`,
    `ERROR 42P10: there is no unique or exclusion constraint matching the ON CONFLICT specification`,
  ],
  [`create table q(a int, b int unique, c int unique)`, `CREATE TABLE`],
  [`insert into q values (1, 1, 1), (2, 2, 2)`, `INSERT 0 2`],
  [
    `insert into q values (3, 1, 2) on conflict (b) do update set a = 33, c = excluded.c`,
    `ERROR 23505: duplicate key value violates unique constraint "q_c_key" DETAIL Key (c)=(2) already exists.`,
  ],
  [`insert into q values (3, 1, 2) on conflict do nothing`, `INSERT 0 0`],
  [`insert into q values (3, null, null) on conflict (b) do nothing`, `INSERT 0 1`],
  [
    `select * from q order by a`,
    `a:integer|b:integer|c:integer
1|1|1
2|2|2
3|∅|∅
SELECT 3`,
  ],
  [
    `with w as (select 5 as a, 1 as b) insert into q(a, b) select a, b from w on conflict (b) do update set a = excluded.a returning *`,
    `a:integer|b:integer|c:integer
5|1|1
INSERT 0 1`,
  ],
  [
    `insert into q(a, b) values (8, 1) on conflict (b) do update set a = (select max(a) from q) + excluded.a returning a`,
    `a:integer
13
INSERT 0 1`,
  ],
  [`begin isolation level repeatable read`, `BEGIN`],
  [`insert into q values (70, 70, 70)`, `INSERT 0 1`],
  [
    `insert into q values (71, 70, 70) on conflict (b) do update set a = 72 returning *`,
    `a:integer|b:integer|c:integer
72|70|70
INSERT 0 1`,
  ],
  [`commit`, `COMMIT`],
  [
    `prepare ins(int, int) as insert into q(a, b) values ($1, $2) on conflict (b) do update set a = q.a + $1 returning a`,
    `PREPARE`,
  ],
  [
    `execute ins(1, 70)`,
    `a:integer
73
INSERT 0 1`,
  ],
  [
    `execute ins(1, 70)`,
    `a:integer
74
INSERT 0 1`,
  ],
  [
    `execute ins(1, 700)`,
    `a:integer
1
INSERT 0 1`,
  ],
];
