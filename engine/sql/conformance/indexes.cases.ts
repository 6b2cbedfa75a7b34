import type { Case } from './case.js';

/** Indexes: definitions, plans, rows found through them. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const indexesCases: readonly Case[] = [
  [
    `drop table if exists t`,
    `NOTICE: table "t" does not exist, skipping
DROP TABLE`,
  ],
  [`create table t(a int, b text, c int, d int)`, `CREATE TABLE`],
  [`create index on t(zz)`, `ERROR 42703: column "zz" does not exist`],
  [`create index on t(a, a)`, `CREATE INDEX`],
  [`create index t on t(a)`, `ERROR 42P07: relation "t" already exists`],
  [`create index on nope(a)`, `ERROR 42P01: relation "nope" does not exist`],
  [`create index on t using foo(a)`, `ERROR 42704: access method "foo" does not exist`],
  [`create index on t(j)`, `ERROR 42703: column "j" does not exist`],
  [`create index on t(a) include (a desc)`, `ERROR 42P17: including column does not support ASC/DESC options`],
  [`create index on t(a) with (foo=1)`, `ERROR 22023: unrecognized parameter "foo"`],
  [
    `create index on t(a) with (fillfactor=5)`,
    `ERROR 22023: value 5 out of bounds for option "fillfactor" DETAIL Valid values are between "10" and "100".`,
  ],
  [`create index on t(a foo_ops)`, `ERROR 42704: operator class "foo_ops" does not exist for access method "btree"`],
  [`create index on t(a text_ops)`, `ERROR 42804: operator class "text_ops" does not accept data type integer`],
  [`create index on t(ctid)`, `ERROR 0A000: index creation on system columns is not supported`],
  [`create index on t(a) tablespace nope`, `ERROR 0A000: TABLESPACE is not supported`],
  [`create index on t using hash(a,b)`, `ERROR 0A000: the access method "hash" is not supported`],
  [`create index on pg_class(relname)`, `ERROR 42501: permission denied: "pg_class" is a system catalog`],
  [`create index i on t(a)`, `CREATE INDEX`],
  [`create index i on t(a)`, `ERROR 42P07: relation "i" already exists`],
  [
    `create index if not exists i on t(a)`,
    `NOTICE: relation "i" already exists, skipping
CREATE INDEX`,
  ],
  [`create index if not exists on t(a)`, `ERROR 42601: syntax error at or near "on" @28`],
  [`drop table i`, `ERROR 42809: "i" is not a table HINT Use DROP INDEX to remove an index.`],
  [`drop index t`, `ERROR 42809: "t" is not an index HINT Use DROP TABLE to remove a table.`],
  [`drop index nope`, `ERROR 42704: index "nope" does not exist`],
  [
    `drop index if exists nope, i`,
    `NOTICE: index "nope" does not exist, skipping
DROP INDEX`,
  ],
  [`alter table t add primary key (a, zz)`, `ERROR 42703: column "zz" of relation "t" does not exist`],
  [`alter table t add primary key (a, a)`, `ERROR 42701: column "a" appears twice in primary key constraint @19`],
  [`alter table t add primary key (a)`, `ALTER TABLE`],
  [`alter table t add primary key (b)`, `ERROR 42P16: multiple primary keys for table "t" are not allowed`],
  [`alter table t add constraint t_pkey unique (b)`, `ERROR 42P07: relation "t_pkey" already exists`],
  [`alter table t add constraint k unique (b)`, `ALTER TABLE`],
  [`alter table t add unique (b), add unique(b)`, `ALTER TABLE`],
  [
    `drop index k`,
    `ERROR 2BP01: cannot drop index k because constraint k on table t requires it HINT You can drop constraint k on table t instead.`,
  ],
  [`alter table t drop constraint nope`, `ERROR 42704: constraint "nope" of relation "t" does not exist`],
  [
    `alter table t drop constraint if exists nope`,
    `NOTICE: constraint "nope" of relation "t" does not exist, skipping
ALTER TABLE`,
  ],
  [`alter table t drop constraint k, drop constraint t_pkey`, `ALTER TABLE`],
  [`create unique index u on t(c desc)`, `CREATE INDEX`],
  [`create unique index u2 on t(c)`, `CREATE INDEX`],
  [`create index u3 on t(c)`, `CREATE INDEX`],
  [
    `alter table t add primary key using index u`,
    `ERROR 42809: index "u" column number 1 does not have default sorting behavior @19 DETAIL Cannot create a primary key or unique constraint using such an index.`,
  ],
  [
    `alter table t add primary key using index u3`,
    `ERROR 42809: "u3" is not a unique index @19 DETAIL Cannot create a primary key or unique constraint using such an index.`,
  ],
  [`alter table t add primary key using index nope`, `ERROR 42704: index "nope" does not exist @19`],
  [
    `alter table t add constraint foo primary key using index u2`,
    `NOTICE: ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index "u2" to "foo"
ALTER TABLE`,
  ],
  [
    `alter table t add constraint foo2 primary key using index foo`,
    `ERROR 55000: index "foo" is already associated with a constraint @19`,
  ],
  [
    `create table t2(a int primary key, b int, primary key (b))`,
    `ERROR 42P16: multiple primary keys for table "t2" are not allowed @43`,
  ],
  [
    `create table t2(a int primary key primary key)`,
    `ERROR 42P16: multiple primary keys for table "t2" are not allowed @35`,
  ],
  [`create table t2(a int, unique (zz))`, `ERROR 42703: column "zz" named in key does not exist @24`],
  [`create table t2(a int, unique (a,a))`, `ERROR 42701: column "a" appears twice in unique constraint @24`],
  [`create table t2(a int, primary key (a,a))`, `ERROR 42701: column "a" appears twice in primary key constraint @24`],
  [`create table t2(a int, constraint x unique(a), constraint x unique(a))`, `CREATE TABLE`],
  [
    `create table t2(a int unique, b int, unique(b,a), unique (a), primary key (a), check (a>0), constraint foo check (b>0))`,
    `ERROR 42P07: relation "t2" already exists`,
  ],
  [`insert into t2 values (1,1),(1,2)`, `ERROR 42601: INSERT has more expressions than target columns @26`],
  [`insert into t2 values (null,1)`, `ERROR 42601: INSERT has more expressions than target columns @29`],
  [`drop table t2`, `DROP TABLE`],
  [`select * from u`, `ERROR 42809: "u" is an index @15`],
  [`insert into u values (1)`, `ERROR 42809: "u" is an index @13`],
  [`truncate u`, `ERROR 42809: "u" is not a table`],
  [`lock table u`, `ERROR 25P01: LOCK TABLE can only be used in transaction blocks`],
  [`alter index t rename to x`, `ALTER INDEX`],
  [`alter index u rename to u3`, `ERROR 42P07: relation "u3" already exists`],
  [`alter index u rename to uu`, `ALTER INDEX`],
  [`alter index foo rename to foobar`, `ALTER INDEX`],
  [`alter table uu rename to u`, `ALTER TABLE`],
  [`alter table t rename constraint foobar to bar`, `ERROR 42P01: relation "t" does not exist`],
  [`reindex index nope`, `ERROR 42P01: relation "nope" does not exist`],
  [`reindex index t`, `ERROR 42P01: relation "t" does not exist`],
  [`reindex table u`, `ERROR 42809: "u" is not a table or materialized view`],
  [`reindex index u`, `REINDEX`],
  [`reindex table t`, `ERROR 42P01: relation "t" does not exist`],
  [`reindex index bar`, `ERROR 42P01: relation "bar" does not exist`],
  [`create table bt(b bytea, "B c" int)`, `CREATE TABLE`],
  [`create index on bt("B c", b)`, `CREATE INDEX`],
  [`create unique index on bt(b) include ("B c")`, `CREATE INDEX`],
  [
    `select 'u'::regclass, pg_get_indexdef('u'::regclass,1,false), pg_get_indexdef('u'::regclass,0,true), pg_get_indexdef('u'::regclass), pg_get_indexdef('u'::regclass,2,false)`,
    `regclass:regclass|pg_get_indexdef:text|pg_get_indexdef:text|pg_get_indexdef:text|pg_get_indexdef:text
u|c|CREATE UNIQUE INDEX u ON x USING btree (c DESC)|CREATE UNIQUE INDEX u ON public.x USING btree (c DESC)|
SELECT 1`,
  ],
  [
    `select * from pg_indexes where schemaname='public'`,
    `schemaname:name|tablename:name|indexname:name|tablespace:name|indexdef:text
public|x|t_a_a1_idx|∅|CREATE INDEX t_a_a1_idx ON public.x USING btree (a, a)
public|x|t_b_key|∅|CREATE UNIQUE INDEX t_b_key ON public.x USING btree (b)
public|x|t_b_key1|∅|CREATE UNIQUE INDEX t_b_key1 ON public.x USING btree (b)
public|x|u|∅|CREATE UNIQUE INDEX u ON public.x USING btree (c DESC)
public|x|u3|∅|CREATE INDEX u3 ON public.x USING btree (c)
public|x|foobar|∅|CREATE UNIQUE INDEX foobar ON public.x USING btree (c)
public|bt|bt_B c_b_idx|∅|CREATE INDEX "bt_B c_b_idx" ON public.bt USING btree ("B c", b)
public|bt|bt_b_B c_idx|∅|CREATE UNIQUE INDEX "bt_b_B c_idx" ON public.bt USING btree (b) INCLUDE ("B c")
SELECT 8`,
  ],
  [`insert into bt values ('a',1)`, `INSERT 0 1`],
  [
    `insert into bt values ('a',1)`,
    `ERROR 23505: duplicate key value violates unique constraint "bt_b_B c_idx" DETAIL Key (b)=(\\x61) already exists.`,
  ],
  [`drop table t`, `ERROR 42P01: table "t" does not exist`],
  [`drop table bt`, `DROP TABLE`],
  [`create table nn(a int)`, `CREATE TABLE`],
  [`insert into nn values (null),(1),(1)`, `INSERT 0 3`],
  [
    `alter table nn add primary key (a)`,
    `ERROR 23505: could not create unique index "nn_pkey" DETAIL Key (a)=(1) is duplicated.`,
  ],
  [`delete from nn where a is null`, `DELETE 1`],
  [
    `alter table nn add primary key (a)`,
    `ERROR 23505: could not create unique index "nn_pkey" DETAIL Key (a)=(1) is duplicated.`,
  ],
  [
    `create unique index on nn(a)`,
    `ERROR 23505: could not create unique index "nn_a_idx" DETAIL Key (a)=(1) is duplicated.`,
  ],
  [`drop table nn`, `DROP TABLE`],
  [`create table a(id int primary key, b int, c text, d varchar(10))`, `CREATE TABLE`],
  [`create index a_b on a(b)`, `CREATE INDEX`],
  [`create index a_c on a(c, b desc)`, `CREATE INDEX`],
  [`create index a_d on a(d)`, `CREATE INDEX`],
  [`create table b(id bigint primary key, aid int, x int)`, `CREATE TABLE`],
  [`create index on b(aid)`, `CREATE INDEX`],
  [`insert into a select g, g % 100, 'c' || g % 10, 'd' || g from generate_series(1,5000) g`, `INSERT 0 5000`],
  [`insert into b select g, g % 5000, g % 7 from generate_series(1,10000) g`, `INSERT 0 10000`],
  [
    `explain (costs off) select * from a where id = 1`,
    `QUERY PLAN:text
Index Scan using a_pkey on a
  Index Cond: (id = 1)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where 1 = id`,
    `QUERY PLAN:text
Index Scan using a_pkey on a
  Index Cond: (id = 1)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id = 1 and b = 2`,
    `QUERY PLAN:text
Index Scan using a_pkey on a
  Index Cond: (id = 1)
  Filter: (b = 2)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id > 1`,
    `QUERY PLAN:text
Seq Scan on a
  Filter: (id > 1)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id > 1 and id < 10`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: ((id > 1) AND (id < 10))
  ->  Bitmap Index Scan on a_pkey
        Index Cond: ((id > 1) AND (id < 10))
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id in (1,2,3)`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (id = ANY ('{1,2,3}'::integer[]))
  ->  Bitmap Index Scan on a_pkey
        Index Cond: (id = ANY ('{1,2,3}'::integer[]))
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id = any('{1,2,3}')`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (id = ANY ('{1,2,3}'::integer[]))
  ->  Bitmap Index Scan on a_pkey
        Index Cond: (id = ANY ('{1,2,3}'::integer[]))
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where b = 5`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (b = 5)
  ->  Bitmap Index Scan on a_b
        Index Cond: (b = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where b = 5 and id = 7`,
    `QUERY PLAN:text
Index Scan using a_pkey on a
  Index Cond: (id = 7)
  Filter: (b = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where c = 'x' and b = 3`,
    `QUERY PLAN:text
Index Scan using a_c on a
  Index Cond: ((c = 'x'::text) AND (b = 3))
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where c = 'x' and b > 3`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: ((c = 'x'::text) AND (b > 3))
  ->  Bitmap Index Scan on a_c
        Index Cond: ((c = 'x'::text) AND (b > 3))
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where d = 'x'`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: ((d)::text = 'x'::text)
  ->  Bitmap Index Scan on a_d
        Index Cond: ((d)::text = 'x'::text)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where c is null`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (c IS NULL)
  ->  Bitmap Index Scan on a_c
        Index Cond: (c IS NULL)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where c is not null and b = 3`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (b = 3)
  Filter: (c IS NOT NULL)
  ->  Bitmap Index Scan on a_b
        Index Cond: (b = 3)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a order by id`,
    `QUERY PLAN:text
Sort
  Sort Key: id
  ->  Seq Scan on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a order by id desc`,
    `QUERY PLAN:text
Sort
  Sort Key: id DESC
  ->  Seq Scan on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a order by id limit 10`,
    `QUERY PLAN:text
Limit
  ->  Index Scan using a_pkey on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a order by id desc limit 10`,
    `QUERY PLAN:text
Limit
  ->  Index Scan Backward using a_pkey on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a order by b limit 10`,
    `QUERY PLAN:text
Limit
  ->  Index Scan using a_b on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where b = 5 order by id limit 10`,
    `QUERY PLAN:text
Limit
  ->  Sort
        Sort Key: id
        ->  Bitmap Heap Scan on a
              Recheck Cond: (b = 5)
              ->  Bitmap Index Scan on a_b
                    Index Cond: (b = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where c = 'c1' order by b desc limit 10`,
    `QUERY PLAN:text
Limit
  ->  Sort
        Sort Key: b DESC
        ->  Bitmap Heap Scan on a
              Recheck Cond: (c = 'c1'::text)
              ->  Bitmap Index Scan on a_c
                    Index Cond: (c = 'c1'::text)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where c = 'c1' order by b limit 10`,
    `QUERY PLAN:text
Limit
  ->  Sort
        Sort Key: b
        ->  Bitmap Heap Scan on a
              Recheck Cond: (c = 'c1'::text)
              ->  Bitmap Index Scan on a_c
                    Index Cond: (c = 'c1'::text)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a order by c, b desc limit 3`,
    `QUERY PLAN:text
Limit
  ->  Index Scan using a_c on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select id from a where id < 10`,
    `QUERY PLAN:text
Seq Scan on a
  Filter: (id < 10)
EXPLAIN`,
  ],
  [
    `explain (costs off) select id from a`,
    `QUERY PLAN:text
Seq Scan on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select count(*) from a`,
    `QUERY PLAN:text
Aggregate
  ->  Seq Scan on a
EXPLAIN`,
  ],
  [
    `explain (costs off) select b, c from a where c = 'x'`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (c = 'x'::text)
  ->  Bitmap Index Scan on a_c
        Index Cond: (c = 'x'::text)
EXPLAIN`,
  ],
  [
    `explain (costs off) update a set b = 1 where id = 5`,
    `QUERY PLAN:text
Update on a
  ->  Index Scan using a_pkey on a
        Index Cond: (id = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) delete from a where id = 5`,
    `QUERY PLAN:text
Delete on a
  ->  Index Scan using a_pkey on a
        Index Cond: (id = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id = 1 for update`,
    `QUERY PLAN:text
LockRows
  ->  Index Scan using a_pkey on a
        Index Cond: (id = 1)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a, b where a.id = b.aid and b.id = 5`,
    `QUERY PLAN:text
Nested Loop
  ->  Index Scan using b_pkey on b
        Index Cond: (id = 5)
  ->  Index Scan using a_pkey on a
        Index Cond: (id = b.aid)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from b join a on a.id = b.aid where b.id = 5`,
    `QUERY PLAN:text
Nested Loop
  ->  Index Scan using b_pkey on b
        Index Cond: (id = 5)
  ->  Index Scan using a_pkey on a
        Index Cond: (id = b.aid)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from b left join a on a.id = b.aid where b.id = 5`,
    `QUERY PLAN:text
Nested Loop Left Join
  ->  Index Scan using b_pkey on b
        Index Cond: (id = 5)
  ->  Index Scan using a_pkey on a
        Index Cond: (id = b.aid)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from b where id = 5`,
    `QUERY PLAN:text
Index Scan using b_pkey on b
  Index Cond: (id = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id = 5.5`,
    `QUERY PLAN:text
Seq Scan on a
  Filter: ((id)::numeric = 5.5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id + 1 = 5`,
    `QUERY PLAN:text
Seq Scan on a
  Filter: ((id + 1) = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id = b`,
    `QUERY PLAN:text
Seq Scan on a
  Filter: (id = b)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where id <> 5`,
    `QUERY PLAN:text
Seq Scan on a
  Filter: (id <> 5)
EXPLAIN`,
  ],
  [`set enable_seqscan = off`, `SET`],
  [
    `explain (costs off) select * from a where id + 1 = 5`,
    `QUERY PLAN:text
Seq Scan on a
  Filter: ((id + 1) = 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where b > 5`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (b > 5)
  ->  Bitmap Index Scan on a_b
        Index Cond: (b > 5)
EXPLAIN`,
  ],
  [`set enable_bitmapscan = off`, `SET`],
  [
    `explain (costs off) select * from a where b > 5`,
    `QUERY PLAN:text
Index Scan using a_b on a
  Index Cond: (b > 5)
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from a where b = 5`,
    `QUERY PLAN:text
Index Scan using a_b on a
  Index Cond: (b = 5)
EXPLAIN`,
  ],
  [`set enable_indexscan = off`, `SET`],
  [
    `explain (costs off) select * from a where b = 5`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (b = 5)
  ->  Bitmap Index Scan on a_b
        Index Cond: (b = 5)
EXPLAIN`,
  ],
  [`reset enable_seqscan`, `RESET`],
  [`reset enable_indexscan`, `RESET`],
  [`reset enable_bitmapscan`, `RESET`],
  [
    `select * from a where id in (3, 1, 2, 2, null) order by id desc`,
    `id:integer|b:integer|c:text|d:character varying(10)
3|3|c3|d3
2|2|c2|d2
1|1|c1|d1
SELECT 3`,
  ],
  [
    `select id from a where b = 5 and id < 1000 order by id`,
    `id:integer
5
105
205
305
405
505
605
705
805
905
SELECT 10`,
  ],
  [
    `select * from a where id = 99999999999`,
    `id:integer|b:integer|c:text|d:character varying(10)
SELECT 0`,
  ],
  [
    `select count(*) from a where id < 99999999999`,
    `count:bigint
5000
SELECT 1`,
  ],
  [
    `select count(*) from a where id > 99999999999`,
    `count:bigint
0
SELECT 1`,
  ],
  [
    `select count(*) from b where id < 10::smallint and id >= 3::int`,
    `count:bigint
7
SELECT 1`,
  ],
  [
    `select count(*) from a where c = 'c1' and b > 50`,
    `count:bigint
250
SELECT 1`,
  ],
  [
    `select count(*) from a where c = 'c1' and b <= 50 and b > 3`,
    `count:bigint
200
SELECT 1`,
  ],
  [
    `select c, b from a where c = 'c1' and b <= 50 and b > 3 and id < 500 order by b desc, id`,
    `c:text|b:integer
c1|41
c1|41
c1|41
c1|41
c1|41
c1|31
c1|31
c1|31
c1|31
c1|31
c1|21
c1|21
c1|21
c1|21
c1|21
c1|11
c1|11
c1|11
c1|11
c1|11
SELECT 20`,
  ],
  [
    `select id, b from a order by b desc, id limit 5`,
    `id:integer|b:integer
99|99
199|99
299|99
399|99
499|99
SELECT 5`,
  ],
  [
    `select * from a where d = 'd77'`,
    `id:integer|b:integer|c:text|d:character varying(10)
77|77|c7|d77
SELECT 1`,
  ],
  [
    `select b.id, a.c from b left join a on a.id = b.aid where b.id in (5, 5000, 10000) order by 1`,
    `id:bigint|c:text
5|c5
5000|∅
10000|∅
SELECT 3`,
  ],
  [`update a set id = id + 100000 where id = 17`, `UPDATE 1`],
  [
    `select id, b, c from a where id in (17, 100017)`,
    `id:integer|b:integer|c:text
100017|17|c7
SELECT 1`,
  ],
  [
    `update a set id = 5 where id = 6`,
    `ERROR 23505: duplicate key value violates unique constraint "a_pkey" DETAIL Key (id)=(5) already exists.`,
  ],
  [
    `insert into a values (1, 2, 'x', 'y')`,
    `ERROR 23505: duplicate key value violates unique constraint "a_pkey" DETAIL Key (id)=(1) already exists.`,
  ],
  [
    `update a set c = 'neu' where b = 7 and id < 300 returning id, c`,
    `id:integer|c:text
7|neu
107|neu
207|neu
UPDATE 3`,
  ],
  [
    `select id from a where c = 'neu' order by id`,
    `id:integer
7
107
207
SELECT 3`,
  ],
  [`delete from a where c = 'neu'`, `DELETE 3`],
  [
    `select count(*) from a where b = 7`,
    `count:bigint
47
SELECT 1`,
  ],
  [`prepare p(int) as select id, c from a where id = $1`, `PREPARE`],
  [
    `execute p(3)`,
    `id:integer|c:text
3|c3
SELECT 1`,
  ],
  [`explain (costs off) execute p(3)`, `ERROR 0A000: EXPLAIN of this statement is not supported`],
  [`drop index a_b`, `DROP INDEX`],
  [
    `select count(*) from a where b = 7`,
    `count:bigint
47
SELECT 1`,
  ],
  [`truncate a`, `TRUNCATE TABLE`],
  [
    `select count(*) from a where id > 0`,
    `count:bigint
0
SELECT 1`,
  ],
  [`insert into a values (1, 2, 'x', 'y')`, `INSERT 0 1`],
  [
    `insert into a values (1, 2, 'x', 'y')`,
    `ERROR 23505: duplicate key value violates unique constraint "a_pkey" DETAIL Key (id)=(1) already exists.`,
  ],
  [`create table nd(a int unique nulls not distinct, b int unique)`, `CREATE TABLE`],
  [`insert into nd values (null, null)`, `INSERT 0 1`],
  [`insert into nd values (1, null)`, `INSERT 0 1`],
  [
    `insert into nd values (null, 2)`,
    `ERROR 23505: duplicate key value violates unique constraint "nd_a_key" DETAIL Key (a)=(null) already exists.`,
  ],
  [`begin`, `BEGIN`],
  [`create table tt(id int primary key)`, `CREATE TABLE`],
  [`insert into tt values (1),(2)`, `INSERT 0 2`],
  [`create unique index tt2 on tt((id))`, `ERROR 0A000: an index on an expression is not supported`],
  [`rollback`, `ROLLBACK`],
  [
    `select pg_get_indexdef(indexrelid), indcheckxmin from pg_index where indrelid = 'a'::regclass order by 1`,
    `pg_get_indexdef:text|indcheckxmin:boolean
CREATE INDEX a_c ON public.a USING btree (c, b DESC)|f
CREATE INDEX a_d ON public.a USING btree (d)|f
CREATE UNIQUE INDEX a_pkey ON public.a USING btree (id)|f
SELECT 3`,
  ],
  [`drop table a, b`, `DROP TABLE`],
  [`create table a(id int primary key, b int, c text)`, `CREATE TABLE`],
  [`insert into a select g, g % 100, 'c' || g % 10 from generate_series(1,3000) g`, `INSERT 0 3000`],
  [`create index a_bc on a(b, c) include (id)`, `CREATE INDEX`],
  [`vacuum a`, `VACUUM`],
  [
    `explain (costs off) select id from a where id < 10`,
    `QUERY PLAN:text
Index Only Scan using a_pkey on a
  Index Cond: (id < 10)
EXPLAIN`,
  ],
  [
    `select id from a where id < 10`,
    `id:integer
1
2
3
4
5
6
7
8
9
SELECT 9`,
  ],
  [
    `explain (costs off) select b, c, id from a where b = 7 order by c desc limit 5`,
    `QUERY PLAN:text
Limit
  ->  Index Only Scan Backward using a_bc on a
        Index Cond: (b = 7)
EXPLAIN`,
  ],
  [
    `select b, c, id from a where b = 7 order by c desc, id limit 5`,
    `b:integer|c:text|id:integer
7|c7|7
7|c7|107
7|c7|207
7|c7|307
7|c7|407
SELECT 5`,
  ],
  [
    `explain (costs off) select count(*) from a where b = 7`,
    `QUERY PLAN:text
Aggregate
  ->  Index Only Scan using a_bc on a
        Index Cond: (b = 7)
EXPLAIN`,
  ],
  [
    `select count(*), min(c), max(id) from a where b = 7`,
    `count:bigint|min:text|max:integer
30|c7|2907
SELECT 1`,
  ],
  [`begin`, `BEGIN`],
  [`update a set b = 8 where id = 7`, `UPDATE 1`],
  [
    `select count(*), min(id) from a where b = 7`,
    `count:bigint|min:integer
29|107
SELECT 1`,
  ],
  [
    `select count(*), min(id) from a where b = 8`,
    `count:bigint|min:integer
31|7
SELECT 1`,
  ],
  [`rollback`, `ROLLBACK`],
  [
    `select count(*), min(id) from a where b = 7`,
    `count:bigint|min:integer
30|7
SELECT 1`,
  ],
  [`delete from a where id = 7`, `DELETE 1`],
  [
    `select count(*), min(id) from a where b = 7`,
    `count:bigint|min:integer
29|107
SELECT 1`,
  ],
  [
    `explain (costs off) select id, xmin from a where id = 3`,
    `QUERY PLAN:text
Index Scan using a_pkey on a
  Index Cond: (id = 3)
EXPLAIN`,
  ],
  [
    `explain (costs off) update a set b = 1 where id = 3`,
    `QUERY PLAN:text
Update on a
  ->  Index Scan using a_pkey on a
        Index Cond: (id = 3)
EXPLAIN`,
  ],
  [
    `explain (costs off) select b from a where b > 50 and c = 'c1' limit 2`,
    `QUERY PLAN:text
Limit
  ->  Index Only Scan using a_bc on a
        Index Cond: ((b > 50) AND (c = 'c1'::text))
EXPLAIN`,
  ],
  [
    `select b, c from a where b > 50 and c = 'c1' order by b, id limit 2`,
    `b:integer|c:text
51|c1
51|c1
SELECT 2`,
  ],
  [
    `explain (costs off) select b from a where b = 3 and id = 3`,
    `QUERY PLAN:text
Index Only Scan using a_bc on a
  Index Cond: (b = 3)
  Filter: (id = 3)
EXPLAIN`,
  ],
  [
    `select b, id from a where b = 3 and id = 3`,
    `b:integer|id:integer
3|3
SELECT 1`,
  ],
  [`set enable_indexonlyscan = off`, `SET`],
  [
    `explain (costs off) select id from a where id < 10`,
    `QUERY PLAN:text
Bitmap Heap Scan on a
  Recheck Cond: (id < 10)
  ->  Bitmap Index Scan on a_pkey
        Index Cond: (id < 10)
EXPLAIN`,
  ],
  [`reset enable_indexonlyscan`, `RESET`],
  [`create index a_desc on a(c desc nulls last, b)`, `CREATE INDEX`],
  [`insert into a values (9001, 1, null), (9002, null, 'c5'), (9003, null, null)`, `INSERT 0 3`],
  [`set enable_seqscan = off`, `SET`],
  [`set enable_sort = off`, `SET`],
  [
    `explain (costs off) select c, b, id from a order by c desc nulls last, b limit 3`,
    `QUERY PLAN:text
Limit
  ->  Index Scan using a_desc on a
EXPLAIN`,
  ],
  [
    `select c, b from a order by c desc nulls last, b limit 3`,
    `c:text|b:integer
c9|9
c9|9
c9|9
SELECT 3`,
  ],
  [
    `explain (costs off) select c, b, id from a order by c asc nulls first, b desc limit 3`,
    `QUERY PLAN:text
Limit
  ->  Index Scan Backward using a_desc on a
EXPLAIN`,
  ],
  [
    `select c, b from a order by c asc nulls first, b desc limit 3`,
    `c:text|b:integer
∅|∅
∅|1
c0|90
SELECT 3`,
  ],
  [
    `select c, b from a where c is null order by b`,
    `c:text|b:integer
∅|1
∅|∅
SELECT 2`,
  ],
  [
    `select c, b from a where c is not null and b is null`,
    `c:text|b:integer
c5|∅
SELECT 1`,
  ],
  [
    `select c, b, id from a where c = 'c5' and b is null`,
    `c:text|b:integer|id:integer
c5|∅|9002
SELECT 1`,
  ],
  [
    `select count(*) from a where c > 'c5'`,
    `count:bigint
1199
SELECT 1`,
  ],
  [
    `select count(*) from a where c >= 'c5' and c < 'c7'`,
    `count:bigint
601
SELECT 1`,
  ],
  [
    `select count(*) from a where c > 'c5' and c > 'c7' and c <= 'c9' and c <= 'd'`,
    `count:bigint
600
SELECT 1`,
  ],
  [
    `select count(*) from a where b in (3, 4, 5) and c in ('c3', 'c5')`,
    `count:bigint
60
SELECT 1`,
  ],
  [
    `select id from a where id = any(null::int[])`,
    `id:integer
SELECT 0`,
  ],
  [
    `select id from a where id = any(array[5, null, 3, 5])`,
    `id:integer
3
5
SELECT 2`,
  ],
  [
    `select id from a where id > null`,
    `id:integer
SELECT 0`,
  ],
  [`prepare ids(int[]) as select id from a where id = any($1) order by id desc`, `PREPARE`],
  [
    `execute ids('{4,2,99999}')`,
    `id:integer
4
2
SELECT 2`,
  ],
  [`begin isolation level repeatable read`, `BEGIN`],
  [
    `select count(*) from a`,
    `count:bigint
3002
SELECT 1`,
  ],
  [`update a set c = 'zz' where id = 100`, `UPDATE 1`],
  [
    `select id from a where c = 'zz'`,
    `id:integer
100
SELECT 1`,
  ],
  [`commit`, `COMMIT`],
  [`create table big(a int, b text)`, `CREATE TABLE`],
  [`insert into big select 1, string_agg(md5(n::text), '') from generate_series(1, 90) n`, `INSERT 0 1`],
  [
    `create index on big(b)`,
    `ERROR 54000: index row size 2896 exceeds btree version 4 maximum 2704 for index "big_b_idx" DETAIL Index row references tuple (0,1) in relation "big". HINT Values larger than 1/3 of a buffer page cannot be indexed.
Consider a function index of an MD5 hash of the value, or use full text indexing.`,
  ],
  [`truncate big`, `TRUNCATE TABLE`],
  [`create index bi on big(b)`, `CREATE INDEX`],
  [
    `insert into big select 1, string_agg(md5(n::text), '') from generate_series(1, 90) n`,
    `ERROR 54000: index row size 2896 exceeds btree version 4 maximum 2704 for index "bi" DETAIL Index row references tuple (0,1) in relation "big". HINT Values larger than 1/3 of a buffer page cannot be indexed.
Consider a function index of an MD5 hash of the value, or use full text indexing.`,
  ],
  [`create table moments(t timestamp primary key, d date unique, c char(6) unique, u uuid unique)`, `CREATE TABLE`],
  [
    `insert into moments values ('2020-01-01', '2020-01-01', 'a', '00000000-0000-0000-0000-0000000000ff'), ('2020-01-02', '2020-01-02', 'a b', '10000000-0000-0000-0000-000000000000')`,
    `INSERT 0 2`,
  ],
  [
    `insert into moments values ('2020-01-03', '2020-01-03', 'a  ', null)`,
    `ERROR 23505: duplicate key value violates unique constraint "moments_c_key" DETAIL Key (c)=(a     ) already exists.`,
  ],
  [`set enable_seqscan = off`, `SET`],
  [
    `select count(*) from moments where t = date '2020-01-01'`,
    `count:bigint
1
SELECT 1`,
  ],
  [
    `select count(*) from moments where d = timestamp '2020-01-01 00:01'`,
    `count:bigint
0
SELECT 1`,
  ],
  [
    `select count(*) from moments where c = 'a         '`,
    `count:bigint
1
SELECT 1`,
  ],
  [
    `select count(*) from moments where u > '00000000-0000-0000-0000-0000000000ff'`,
    `count:bigint
1
SELECT 1`,
  ],
];
