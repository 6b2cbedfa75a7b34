import type { Case } from './case.js';

/** LATERAL, functions that refer to what stands to their left, and LIMIT by columns of queries around. */
export const lateralCases: readonly Case[] = [
  [`create table a(x int, y int)`, `CREATE TABLE`],
  [`create table b(x int, z int)`, `CREATE TABLE`],
  [`create table c(w int primary key, v text)`, `CREATE TABLE`],
  [`insert into a values (1,10),(2,20),(3,null)`, `INSERT 0 3`],
  [`insert into b values (1,100),(1,101),(2,200)`, `INSERT 0 3`],
  [`insert into c values (1,'one'),(2,'two'),(10,'ten')`, `INSERT 0 3`],
  [
    `select * from a, lateral (select a.x + 1 as n) s order by 1`,
    `x:integer|y:integer|n:integer
1|10|2
2|20|3
3|∅|4
SELECT 3`,
  ],
  [
    `select * from a, lateral (select z from b where b.x = a.x order by z desc limit 1) s order by 1`,
    `x:integer|y:integer|z:integer
1|10|101
2|20|200
SELECT 2`,
  ],
  [
    `select * from a left join lateral (select z from b where b.x = a.x order by z desc limit 1) s on true order by 1`,
    `x:integer|y:integer|z:integer
1|10|101
2|20|200
3|∅|∅
SELECT 3`,
  ],
  [
    `select * from a cross join lateral (select count(*), sum(z) from b where b.x = a.x) s order by 1`,
    `x:integer|y:integer|count:bigint|sum:bigint
1|10|2|201
2|20|1|200
3|∅|0|∅
SELECT 3`,
  ],
  [
    `select * from a left join lateral (select v from c where c.w = a.x) s on a.y > 10 order by 1`,
    `x:integer|y:integer|v:text
1|10|∅
2|20|two
3|∅|∅
SELECT 3`,
  ],
  [
    `select * from a, generate_series(1, a.x) g order by 1, g`,
    `x:integer|y:integer|g:integer
1|10|1
2|20|1
2|20|2
3|∅|1
3|∅|2
3|∅|3
SELECT 6`,
  ],
  [
    `select * from a left join generate_series(2, a.x) with ordinality as g(n, o) on true order by 1, 3`,
    `x:integer|y:integer|n:integer|o:bigint
1|10|∅|∅
2|20|2|1
3|∅|2|1
3|∅|3|2
SELECT 4`,
  ],
  [
    `select * from a cross join lateral generate_series(1, a.x) as g where g > 1 order by 1, g`,
    `x:integer|y:integer|g:integer
2|20|2
3|∅|2
3|∅|3
SELECT 3`,
  ],
  [
    `select * from a, lateral (values (a.x), (a.y)) v(q) order by 1, q`,
    `x:integer|y:integer|q:integer
1|10|1
1|10|10
2|20|2
2|20|20
3|∅|3
3|∅|∅
SELECT 6`,
  ],
  [
    `select * from a, lateral (select a.x as q union all select b.z from b where b.x = a.x) u order by 1, q`,
    `x:integer|y:integer|q:integer
1|10|1
1|10|100
1|10|101
2|20|2
2|20|200
3|∅|3
SELECT 6`,
  ],
  [
    `select * from a, b, lateral (select a.x * b.x as p) s where a.x = b.x order by 1, 4`,
    `x:integer|y:integer|x:integer|z:integer|p:integer
1|10|1|100|1
1|10|1|101|1
2|20|2|200|4
SELECT 3`,
  ],
  [
    `select * from a cross join (b cross join lateral (select a.x + b.z as q) s) order by 1, q`,
    `x:integer|y:integer|x:integer|z:integer|q:integer
1|10|1|100|101
1|10|1|101|102
1|10|2|200|201
2|20|1|100|102
2|20|1|101|103
2|20|2|200|202
3|∅|1|100|103
3|∅|1|101|104
3|∅|2|200|203
SELECT 9`,
  ],
  [
    `select * from a left join (b join generate_series(1, a.x) g on b.x = g) on true order by 1, z, g`,
    `x:integer|y:integer|x:integer|z:integer|g:integer
1|10|1|100|1
1|10|1|101|1
2|20|1|100|1
2|20|1|101|1
2|20|2|200|2
3|∅|1|100|1
3|∅|1|101|1
3|∅|2|200|2
SELECT 8`,
  ],
  [
    `select a.x, (select sum(g) from generate_series(1, a.x) g) from a order by 1`,
    `x:integer|sum:bigint
1|1
2|3
3|6
SELECT 3`,
  ],
  [
    `select a.x, (select max(q) from b, lateral (select b.z + a.y as q) s where b.x = a.x) from a order by 1`,
    `x:integer|max:integer
1|111
2|220
3|∅
SELECT 3`,
  ],
  [
    `select * from a, lateral (select * from a a2, lateral (select a.x + a2.x as q) s where a2.x > a.x) t order by 1, 3, q`,
    `x:integer|y:integer|x:integer|y:integer|q:integer
1|10|2|20|3
1|10|3|∅|4
2|20|3|∅|5
SELECT 3`,
  ],
  [
    `select * from a, lateral (with w as (select a.x as k) select k, count(*) from w, b where b.x = k group by k) s order by 1`,
    `x:integer|y:integer|k:integer|count:bigint
1|10|1|2
2|20|2|1
SELECT 2`,
  ],
  [
    `select s.* from a, lateral (select b.* from b limit a.x) s where a.x = 2`,
    `x:integer|z:integer
1|100
1|101
SELECT 2`,
  ],
  [
    `select * from a, lateral (select x from b limit y) s where a.x = 1`,
    `x:integer|y:integer|x:integer
1|10|1
1|10|1
1|10|2
SELECT 3`,
  ],
  [
    `select * from (select 3 as k) q, lateral (select generate_series(1, k)) s`,
    `k:integer|generate_series:integer
3|1
3|2
3|3
SELECT 3`,
  ],
  [
    `select * from a join lateral (select z, x from b where b.x >= a.x) s using (x) order by 1, z`,
    `x:integer|y:integer|z:integer
1|10|100
1|10|101
2|20|200
SELECT 3`,
  ],
  [
    `select * from a, lateral (select 1 where exists (select 1 from b where b.x = a.x)) s order by 1`,
    `x:integer|y:integer|?column?:integer
1|10|1
2|20|1
SELECT 2`,
  ],
  [
    `select * from a, lateral (select a.x in (select b.x from b) as i) s order by 1`,
    `x:integer|y:integer|i:boolean
1|10|t
2|20|t
3|∅|f
SELECT 3`,
  ],
  [
    `select count(*) from a, lateral (select random() from b) s`,
    `count:bigint
9
SELECT 1`,
  ],
  [
    `select * from a, (select a.x) s`,
    `ERROR 42P01: invalid reference to FROM-clause entry for table "a" @26 HINT There is an entry for table "a", but it cannot be referenced from this part of the query.`,
  ],
  [
    `select * from a, (select y) s`,
    `ERROR 42703: column "y" does not exist @26 HINT There is a column named "y" in table "a", but it cannot be referenced from this part of the query.`,
  ],
  [
    `select * from a right join lateral (select a.x) s on true`,
    `ERROR 42P10: invalid reference to FROM-clause entry for table "a" @44 DETAIL The combining JOIN type must be INNER or LEFT for a LATERAL reference.`,
  ],
  [
    `select * from a full join generate_series(1,a.x) s on true`,
    `ERROR 42P10: invalid reference to FROM-clause entry for table "a" @45 DETAIL The combining JOIN type must be INNER or LEFT for a LATERAL reference.`,
  ],
  [
    `select * from a right join lateral (select y) s on true`,
    `ERROR 42P10: invalid reference to FROM-clause entry for table "a" @44 DETAIL The combining JOIN type must be INNER or LEFT for a LATERAL reference.`,
  ],
  [`select * from lateral (select a.x) s, a`, `ERROR 42P01: missing FROM-clause entry for table "a" @31`],
  [
    `update a set x=1 from lateral (select a.x) s`,
    `ERROR 42P10: invalid reference to FROM-clause entry for table "a" @39 HINT There is an entry for table "a", but it cannot be referenced from this part of the query.`,
  ],
  [
    `update a set x=1 from generate_series(1,a.x) s`,
    `ERROR 42P10: invalid reference to FROM-clause entry for table "a" @41 HINT There is an entry for table "a", but it cannot be referenced from this part of the query.`,
  ],
  [
    `update a set x=1 from generate_series(1,y) s`,
    `ERROR 42P10: invalid reference to FROM-clause entry for table "a" @41 HINT There is an entry for table "a", but it cannot be referenced from this part of the query.`,
  ],
  [
    `delete from a using lateral (select y) s`,
    `ERROR 42P10: invalid reference to FROM-clause entry for table "a" @37 HINT There is an entry for table "a", but it cannot be referenced from this part of the query.`,
  ],
  [`update a set y = s.z from b, lateral (select b.z + 1 as z) s where b.x = a.x and a.x = 2`, `UPDATE 1`],
  [
    `select * from a order by 1`,
    `x:integer|y:integer
1|10
2|201
3|∅
SELECT 3`,
  ],
  [
    `delete from a using b, lateral (select b.x as k) s where s.k = a.x and s.k = 2 returning a.*, s.k`,
    `x:integer|y:integer|k:integer
2|201|2
DELETE 1`,
  ],
  [`select * from a, b, lateral (select x) s`, `ERROR 42702: column reference "x" is ambiguous @37`],
  [`select * from generate_series(1, q.x) g, a q`, `ERROR 42P01: missing FROM-clause entry for table "q" @34`],
  [
    `select * from a join (b join lateral (select a.x, b.z) s on a.x=1) on true`,
    `ERROR 42P01: invalid reference to FROM-clause entry for table "a" @61 HINT There is an entry for table "a", but it cannot be referenced from this part of the query.`,
  ],
  [`select * from a, lateral (select nope) s`, `ERROR 42703: column "nope" does not exist @34`],
  [`select * from a limit x`, `ERROR 42P10: argument of LIMIT must not contain variables @23`],
  [`select * from a limit nope`, `ERROR 42703: column "nope" does not exist @23`],
  [`select * from a limit 1 + a.y`, `ERROR 42P10: argument of LIMIT must not contain variables @27`],
  [
    `select 1 limit (select 1)`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `values (1),(2) limit (select 1)`,
    `column1:integer
1
SELECT 1`,
  ],
  [
    `select 1 union select 2 order by 1 limit (select 1)`,
    `?column?:integer
1
SELECT 1`,
  ],
  [`select * from a limit sum(1)`, `ERROR 42803: aggregate functions are not allowed in LIMIT @23`],
  [
    `select a.x from a, lateral (select t.* from a t) u where t.x = 1`,
    `ERROR 42P01: missing FROM-clause entry for table "t" @58`,
  ],
  [
    `select q.* from a, unnest(array[a.x, a.x * 2]) with ordinality q order by 1`,
    `q:integer|ordinality:bigint
1|1
2|2
3|1
6|2
SELECT 4`,
  ],
  [
    `select * from a where exists (select 1 from generate_series(1, a.x) g where g = 3)`,
    `x:integer|y:integer
3|∅
SELECT 1`,
  ],
  [
    `select pg_catalog.array_position(pg_catalog.current_schemas(true), 'public')`,
    `array_position:integer
2
SELECT 1`,
  ],
  [
    `select o.n, p.partstrat, pg_catalog.count(i.inhparent) from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on (n.oid = c.relnamespace) cross join lateral (select pg_catalog.array_position(pg_catalog.current_schemas(true), n.nspname)) as o(n) left join pg_catalog.pg_partitioned_table as p on (p.partrelid = c.oid) left join pg_catalog.pg_inherits as i on (c.oid = i.inhparent) where c.relname OPERATOR(pg_catalog.=) 'a' and o.n is not null group by 1, 2 order by 1 asc limit 1`,
    `n:integer|partstrat:"char"|count:bigint
2|∅|0
SELECT 1`,
  ],
  [
    `explain (costs off) select * from a, generate_series(1, a.x) g`,
    `QUERY PLAN:text
Nested Loop
  ->  Seq Scan on a
  ->  Function Scan on generate_series g
EXPLAIN`,
  ],
];
