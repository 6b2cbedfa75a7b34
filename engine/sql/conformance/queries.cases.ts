import type { Case } from './case.js';

/** Plain queries. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const queriesCases: readonly Case[] = [
  [`create table t(a int not null, b text default 'x', c numeric(10,2) check (c>0))`, `CREATE TABLE`],
  [`insert into t values (1,'a',1.5),(2,default,2.25),(3,null,null)`, `INSERT 0 3`],
  [
    `select * from t order by 1`,
    `a:integer|b:text|c:numeric(10,2)
1|a|1.50
2|x|2.25
3|∅|∅
SELECT 3`,
  ],
  [
    `select a as x, b, c*2 from t order by x desc`,
    `x:integer|b:text|?column?:numeric
3|∅|∅
2|x|4.50
1|a|3.00
SELECT 3`,
  ],
  [
    `select t.a, t.b from t where b is null or a>1 order by a nulls first`,
    `a:integer|b:text
2|x
3|∅
SELECT 2`,
  ],
  [
    `insert into t(b) values ('q')`,
    `ERROR 23502: null value in column "a" of relation "t" violates not-null constraint DETAIL Failing row contains (null, q, null).`,
  ],
  [
    `insert into t values (1,'b',-5)`,
    `ERROR 23514: new row for relation "t" violates check constraint "t_c_check" DETAIL Failing row contains (1, b, -5.00).`,
  ],
  [`insert into t values (1,2,3,4)`, `ERROR 42601: INSERT has more expressions than target columns @29`],
  [`insert into t(a,b) values (1)`, `ERROR 42601: INSERT has more target columns than expressions @17`],
  [`insert into t(a,zz) values (1,2)`, `ERROR 42703: column "zz" of relation "t" does not exist @17`],
  [`insert into t(a,a) values (1,2)`, `ERROR 42701: column "a" specified more than once @17`],
  [`insert into nope values (1)`, `ERROR 42P01: relation "nope" does not exist @13`],
  [`insert into t values ('abc')`, `ERROR 22P02: invalid input syntax for type integer: "abc" @23`],
  [
    `insert into t values (1,'b',true)`,
    `ERROR 42804: column "c" is of type numeric but expression is of type boolean @29 HINT You will need to rewrite or cast the expression.`,
  ],
  [`select nope from t`, `ERROR 42703: column "nope" does not exist @8`],
  [`select t.nope from t`, `ERROR 42703: column t.nope does not exist @8`],
  [`select x.a from t`, `ERROR 42P01: missing FROM-clause entry for table "x" @8`],
  [
    `select a from t as x where t.a=1`,
    `ERROR 42P01: invalid reference to FROM-clause entry for table "t" @28 HINT Perhaps you meant to reference the table alias "x".`,
  ],
  [`select * from nope`, `ERROR 42P01: relation "nope" does not exist @15`],
  [`select * from public.nope`, `ERROR 42P01: relation "public.nope" does not exist @15`],
  [`select * from nosuch.nope`, `ERROR 42P01: relation "nosuch.nope" does not exist @15`],
  [
    `select foo(1)`,
    `ERROR 42883: function foo(integer) does not exist @8 HINT No function matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [`select 1 + 'a'`, `ERROR 22P02: invalid input syntax for type integer: "a" @12`],
  [
    `select 1 + '2'`,
    `?column?:integer
3
SELECT 1`,
  ],
  [
    `select 'a' || 1`,
    `?column?:text
a1
SELECT 1`,
  ],
  [
    `select 1 || 2`,
    `ERROR 42883: operator does not exist: integer || integer @10 HINT No operator matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [
    `select a + b from t`,
    `ERROR 42883: operator does not exist: integer + text @10 HINT No operator matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [
    `select a = b from t`,
    `ERROR 42883: operator does not exist: integer = text @10 HINT No operator matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [
    `select 1 = '1'`,
    `?column?:boolean
t
SELECT 1`,
  ],
  [
    `select -a, +a, @a from t order by a`,
    `?column?:integer|?column?:integer|?column?:integer
-1|1|1
-2|2|2
-3|3|3
SELECT 3`,
  ],
  [
    `select count(*), count(b), sum(a), avg(a), min(b), max(c) from t`,
    `count:bigint|count:bigint|sum:bigint|avg:numeric|min:text|max:numeric
3|2|6|2.0000000000000000|a|2.25
SELECT 1`,
  ],
  [
    `select b, count(*) from t group by b order by b`,
    `b:text|count:bigint
a|1
x|1
∅|1
SELECT 3`,
  ],
  [
    `select b, a from t group by b`,
    `ERROR 42803: column "t.a" must appear in the GROUP BY clause or be used in an aggregate function @11`,
  ],
  [
    `select a, count(*) from t`,
    `ERROR 42803: column "t.a" must appear in the GROUP BY clause or be used in an aggregate function @8`,
  ],
  [`select a from t where count(*)>1`, `ERROR 42803: aggregate functions are not allowed in WHERE @23`],
  [`select sum(sum(a)) from t`, `ERROR 42803: aggregate function calls cannot be nested @12`],
  [
    `select a%2 as k, sum(a) from t group by k order by k`,
    `k:integer|sum:bigint
0|2
1|4
SELECT 2`,
  ],
  [
    `select a%2, sum(a) from t group by 1 having sum(a)>2 order by 1`,
    `?column?:integer|sum:bigint
1|4
SELECT 1`,
  ],
  [`select a from t group by 3`, `ERROR 42P10: GROUP BY position 3 is not in select list @26`],
  [`select a from t order by 3`, `ERROR 42P10: ORDER BY position 3 is not in select list @26`],
  [`select a from t order by 'x'`, `ERROR 42601: non-integer constant in ORDER BY @26`],
  [
    `select distinct a%2 from t order by 1`,
    `?column?:integer
0
1
SELECT 2`,
  ],
  [
    `select distinct a from t order by b`,
    `ERROR 42P10: for SELECT DISTINCT, ORDER BY expressions must appear in select list @35`,
  ],
  [
    `select distinct on (a%2) a,b from t order by a%2, a desc`,
    `a:integer|b:text
2|x
3|∅
SELECT 2`,
  ],
  [
    `select a from t limit 2`,
    `a:integer
1
2
SELECT 2`,
  ],
  [
    `select a from t order by a limit 1 offset 1`,
    `a:integer
2
SELECT 1`,
  ],
  [`select a from t limit -1`, `ERROR 2201W: LIMIT must not be negative`],
  [`select a from t limit 'x'`, `ERROR 22P02: invalid input syntax for type bigint: "x" @23`],
  [
    `select a from t limit null`,
    `a:integer
1
2
3
SELECT 3`,
  ],
  [`select a from t limit a`, `ERROR 42P10: argument of LIMIT must not contain variables @23`],
  [
    `select a from t order by a fetch first 2 rows only`,
    `a:integer
1
2
SELECT 2`,
  ],
  [
    `select 1 union select 2 order by 1`,
    `?column?:integer
1
2
SELECT 2`,
  ],
  [
    `select 1 union all select 1`,
    `?column?:integer
1
1
SELECT 2`,
  ],
  [`select 1 union select 'x'`, `ERROR 22P02: invalid input syntax for type integer: "x" @23`],
  [
    `select 1 union select '2' order by 1`,
    `?column?:integer
1
2
SELECT 2`,
  ],
  [`select 1,2 union select 3`, `ERROR 42601: each UNION query must have the same number of columns @25`],
  [
    `select 1 intersect select 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `select a from t except select 1 order by 1`,
    `a:integer
2
3
SELECT 2`,
  ],
  [
    `values (1,'a'),(2,'b')`,
    `column1:integer|column2:text
1|a
2|b
SELECT 2`,
  ],
  [`values (1),(1,2)`, `ERROR 42601: VALUES lists must all be the same length @13`],
  [
    `select * from (values (1,'a'),(2,'b')) v(x,y) where x>1`,
    `x:integer|y:text
2|b
SELECT 1`,
  ],
  [
    `select * from (select a, b from t) s where s.a=2`,
    `a:integer|b:text
2|x
SELECT 1`,
  ],
  [
    `select * from t t1 join t t2 on t1.a=t2.a order by t1.a`,
    `a:integer|b:text|c:numeric(10,2)|a:integer|b:text|c:numeric(10,2)
1|a|1.50|1|a|1.50
2|x|2.25|2|x|2.25
3|∅|∅|3|∅|∅
SELECT 3`,
  ],
  [
    `select * from t t1 left join (select * from t where a<3) t2 using (a) order by a`,
    `a:integer|b:text|c:numeric(10,2)|b:text|c:numeric(10,2)
1|a|1.50|a|1.50
2|x|2.25|x|2.25
3|∅|∅|∅|∅
SELECT 3`,
  ],
  [
    `select * from t t1 natural join t t2 order by a`,
    `a:integer|b:text|c:numeric(10,2)
1|a|1.50
2|x|2.25
SELECT 2`,
  ],
  [
    `select t1.a,t2.a from t t1 full join (values (2),(5)) t2(a) on t1.a=t2.a order by 1,2`,
    `a:integer|a:integer
1|∅
2|2
3|∅
∅|5
SELECT 4`,
  ],
  [
    `select t1.a,t2.a from t t1 right join (values (2),(5)) t2(a) on t1.a=t2.a order by 1,2`,
    `a:integer|a:integer
2|2
∅|5
SELECT 2`,
  ],
  [`select count(*) from t, t`, `ERROR 42712: table name "t" specified more than once`],
  [
    `select count(*) from t a, t b, t c`,
    `count:bigint
27
SELECT 1`,
  ],
  [
    `select * from t t1 cross join t t2 where t1.a<t2.a order by t1.a,t2.a`,
    `a:integer|b:text|c:numeric(10,2)|a:integer|b:text|c:numeric(10,2)
1|a|1.50|2|x|2.25
1|a|1.50|3|∅|∅
2|x|2.25|3|∅|∅
SELECT 3`,
  ],
  [`select a from t t1, t t2`, `ERROR 42702: column reference "a" is ambiguous @8`],
  [
    `select * from t where a in (1,3) order by a`,
    `a:integer|b:text|c:numeric(10,2)
1|a|1.50
3|∅|∅
SELECT 2`,
  ],
  [
    `select * from t where a not in (1,3) order by a`,
    `a:integer|b:text|c:numeric(10,2)
2|x|2.25
SELECT 1`,
  ],
  [
    `select * from t where b in ('a','x') order by a`,
    `a:integer|b:text|c:numeric(10,2)
1|a|1.50
2|x|2.25
SELECT 2`,
  ],
  [
    `select * from t where a in (select 2)`,
    `a:integer|b:text|c:numeric(10,2)
2|x|2.25
SELECT 1`,
  ],
  [
    `select * from t where a not in (select null::int)`,
    `a:integer|b:text|c:numeric(10,2)
SELECT 0`,
  ],
  [
    `select a, exists(select 1 from t t2 where t2.a>t.a) from t order by a`,
    `a:integer|exists:boolean
1|t
2|t
3|f
SELECT 3`,
  ],
  [
    `select a, (select max(t2.a) from t t2 where t2.a<t.a) from t order by a`,
    `a:integer|max:integer
1|∅
2|1
3|2
SELECT 3`,
  ],
  [`select (select a from t)`, `ERROR 21000: more than one row returned by a subquery used as an expression`],
  [`select (select 1,2)`, `ERROR 42601: subquery must return only one column @8`],
  [
    `select a from t where a > all(select 1) order by a`,
    `a:integer
2
3
SELECT 2`,
  ],
  [
    `select a from t where a = any(array[1,2]) order by a`,
    `a:integer
1
2
SELECT 2`,
  ],
  [
    `select a from t where a = any('{1,2}') order by a`,
    `a:integer
1
2
SELECT 2`,
  ],
  [
    `select array(select a from t order by a)`,
    `array:integer[]
{1,2,3}
SELECT 1`,
  ],
  [
    `select case when a=1 then 'one' when a=2 then 'two' else 'many' end from t order by a`,
    `case:text
one
two
many
SELECT 3`,
  ],
  [
    `select case a when 1 then 'one' end from t order by a`,
    `case:text
one
∅
∅
SELECT 3`,
  ],
  [`select case when true then 1 else 'x' end`, `ERROR 22P02: invalid input syntax for type integer: "x" @35`],
  [`select case when 1 then 2 end`, `ERROR 42804: argument of CASE/WHEN must be type boolean, not type integer @18`],
  [
    `select coalesce(b,'none'), nullif(a,1), greatest(a,2), least(a,2,null) from t order by a`,
    `coalesce:text|nullif:integer|greatest:integer|least:integer
a|∅|2|1
x|2|2|2
none|3|3|2
SELECT 3`,
  ],
  [`select coalesce(1,'x')`, `ERROR 22P02: invalid input syntax for type integer: "x" @19`],
  [
    `select a between 1 and 2, a not between 1 and 2, a between symmetric 2 and 1 from t order by a`,
    `?column?:boolean|?column?:boolean|?column?:boolean
t|f|t
t|f|t
f|t|f
SELECT 3`,
  ],
  [
    `select b like 'a%', b ilike 'A%', b similar to '(a|x)' from t order by a`,
    `?column?:boolean|?column?:boolean|?column?:boolean
t|t|t
f|f|t
∅|∅|∅
SELECT 3`,
  ],
  [
    `select b is distinct from 'a', b is not distinct from null, a is null, (a=1) is true, (b='a') is unknown from t order by a`,
    `?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean
f|f|f|t|f
t|f|f|f|f
t|t|f|f|t
SELECT 3`,
  ],
  [
    `select not true, true and null, false and null, true or null, null or false`,
    `?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean
f|∅|f|t|∅
SELECT 1`,
  ],
  [`select a where true`, `ERROR 42703: column "a" does not exist @8`],
  [
    `select 1 where false`,
    `?column?:integer
SELECT 0`,
  ],
  [`select *`, `ERROR 42601: SELECT * with no tables specified is not valid @8`],
  [
    `select t.* from t order by a limit 1`,
    `a:integer|b:text|c:numeric(10,2)
1|a|1.50
SELECT 1`,
  ],
  [
    `select t.*, t.a from t order by a limit 1`,
    `a:integer|b:text|c:numeric(10,2)|a:integer
1|a|1.50|1
SELECT 1`,
  ],
  [`select x.* from t`, `ERROR 42P01: missing FROM-clause entry for table "x" @8`],
  [
    `select ctid, xmin is not null, tableoid::regclass from t order by a`,
    `ctid:tid|?column?:boolean|tableoid:regclass
(0,1)|t|t
(0,2)|t|t
(0,3)|t|t
SELECT 3`,
  ],
  [
    `select 'abc'::varchar(2), 'abc'::char(5), 12.345::numeric(5,1), '1'::int, 1::text, 't'::bool`,
    `varchar:character varying(2)|bpchar:character(5)|numeric:numeric(5,1)|int4:integer|text:text|bool:boolean
ab|abc  |12.3|1|1|t
SELECT 1`,
  ],
  [`select 'abc'::int`, `ERROR 22P02: invalid input syntax for type integer: "abc" @8`],
  [`select 1::nosuch`, `ERROR 42704: type "nosuch" does not exist @11`],
  [`select true::numeric`, `ERROR 42846: cannot cast type boolean to numeric @12`],
  [
    `select cast('2020-01-01' as date) + 1`,
    `?column?:date
2020-01-02
SELECT 1`,
  ],
  [
    `select null, 'x', 1.5, 10000000000, 1e3, true, date '2020-02-29', timestamp '2020-01-01 10:00'`,
    `?column?:text|?column?:text|?column?:numeric|?column?:bigint|?column?:numeric|?column?:boolean|date:date|timestamp:timestamp without time zone
∅|x|1.5|10000000000|1000|t|2020-02-29|2020-01-01 10:00:00
SELECT 1`,
  ],
  [
    `select '{1,2,3}'::int[], array[1,2,3], (array[1,2,3])[2], array['a','b']`,
    `int4:integer[]|array:integer[]|array:integer|array:text[]
{1,2,3}|{1,2,3}|2|{a,b}
SELECT 1`,
  ],
  [
    `select array[]`,
    `ERROR 42P18: cannot determine type of empty array @8 HINT Explicitly cast to the desired type, for example ARRAY[]::integer[].`,
  ],
  [
    `select array[]::int[]`,
    `array:integer[]
{}
SELECT 1`,
  ],
  [`select array[1,'x']`, `ERROR 22P02: invalid input syntax for type integer: "x" @16`],
  [
    `select length('abc'), lower('ABC'), substr('hello',2,3), substring('hello' from 2 for 2), trim(both 'x' from 'xxaxx'), position('l' in 'hello'), replace('aaa','a','b'), left('abc',2), concat('a',1,null,true)`,
    `length:integer|lower:text|substr:text|substring:text|btrim:text|position:integer|replace:text|left:text|concat:text
3|abc|ell|el|a|3|bbb|ab|a1t
SELECT 1`,
  ],
  [
    `select now() = now(), current_user, current_database(), session_user, current_schema`,
    `?column?:boolean|current_user:name|current_database:name|session_user:name|current_schema:name
t|postgres|postgres|postgres|public
SELECT 1`,
  ],
  [
    `select extract(year from date '2020-05-06'), date_trunc('month', timestamp '2020-05-06 01:02:03')`,
    `extract:numeric|date_trunc:timestamp without time zone
2020|2020-05-01 00:00:00
SELECT 1`,
  ],
  [
    `select generate_series(1,3)`,
    `generate_series:integer
1
2
3
SELECT 3`,
  ],
  [
    `select * from generate_series(1,3)`,
    `generate_series:integer
1
2
3
SELECT 3`,
  ],
  [
    `select * from generate_series(1,5,2) as g(n)`,
    `n:integer
1
3
5
SELECT 3`,
  ],
  [
    `select n, n*n from generate_series(1,3) n`,
    `n:integer|?column?:integer
1|1
2|4
3|9
SELECT 3`,
  ],
  [
    `select * from generate_series(1,2) with ordinality`,
    `generate_series:integer|ordinality:bigint
1|1
2|2
SELECT 2`,
  ],
  [
    `select string_agg(b, ',' order by a desc) from t`,
    `string_agg:text
x,a
SELECT 1`,
  ],
  [
    `select count(distinct a%2), sum(a) filter (where a>1) from t`,
    `count:bigint|sum:bigint
2|5
SELECT 1`,
  ],
  [
    `select array_agg(a order by a) from t`,
    `array_agg:integer[]
{1,2,3}
SELECT 1`,
  ],
  [
    `select bool_and(a>0), bool_or(a>2), every(a>0) from t`,
    `bool_and:boolean|bool_or:boolean|every:boolean
t|t|t
SELECT 1`,
  ],
  [
    `select sum(a), min(a), count(*) from t where false`,
    `sum:bigint|min:integer|count:bigint
∅|∅|0
SELECT 1`,
  ],
  [
    `select sum(a) from t where false group by b`,
    `sum:bigint
SELECT 0`,
  ],
  [
    `select max(1)`,
    `max:integer
1
SELECT 1`,
  ],
  [
    `select 1 having true`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `select a from t having true`,
    `ERROR 42803: column "t.a" must appear in the GROUP BY clause or be used in an aggregate function @8`,
  ],
  [
    `select count(*) from t having count(*)>100`,
    `count:bigint
SELECT 0`,
  ],
];
