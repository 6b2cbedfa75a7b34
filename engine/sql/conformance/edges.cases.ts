import type { Case } from './case.js';

/** Outer joins, subqueries and set functions at their edges; functions; EXECUTE. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const edgesCases: readonly Case[] = [
  [`prepare p(int) as select $1+1 as x`, `PREPARE`],
  [
    `execute p(4)`,
    `x:integer
5
SELECT 1`,
  ],
  [
    `execute p('5')`,
    `x:integer
6
SELECT 1`,
  ],
  [`execute p('x')`, `ERROR 22P02: invalid input syntax for type integer: "x" @11`],
  [
    `execute p(1,2)`,
    `ERROR 42601: wrong number of parameters for prepared statement "p" DETAIL Expected 1 parameters but got 2.`,
  ],
  [`execute nosuch`, `ERROR 26000: prepared statement "nosuch" does not exist`],
  [`prepare p as select 1`, `ERROR 42P05: prepared statement "p" already exists`],
  [`deallocate p`, `DEALLOCATE`],
  [`execute p(1)`, `ERROR 26000: prepared statement "p" does not exist`],
  [`create table pe(a int, b text)`, `CREATE TABLE`],
  [`prepare ins as insert into pe values ($1,$2) returning a`, `PREPARE`],
  [
    `execute ins(1,'one')`,
    `a:integer
1
INSERT 0 1`,
  ],
  [
    `execute ins(1+1, upper('two'))`,
    `a:integer
2
INSERT 0 1`,
  ],
  [
    `begin; execute ins(3,'x'); rollback`,
    `BEGIN
a:integer
3
INSERT 0 1
ROLLBACK`,
  ],
  [
    `select * from pe order by a`,
    `a:integer|b:text
1|one
2|TWO
SELECT 2`,
  ],
  [`prepare q as select * from pe where a=$1 or b=$2`, `PREPARE`],
  [
    `execute q(1,'TWO')`,
    `a:integer|b:text
1|one
2|TWO
SELECT 2`,
  ],
  [`drop table pe`, `DROP TABLE`],
  [`create table a1(x int, y text)`, `CREATE TABLE`],
  [`create table b1(x int, z int)`, `CREATE TABLE`],
  [`insert into a1 values (1,'p'),(2,'q'),(3,null),(null,'n')`, `INSERT 0 4`],
  [`insert into b1 values (1,10),(1,11),(3,30),(null,99),(7,70)`, `INSERT 0 5`],
  [
    `select * from a1 left join b1 on a1.x=b1.x where b1.z is null order by 1,2`,
    `x:integer|y:text|x:integer|z:integer
2|q|∅|∅
∅|n|∅|∅
SELECT 2`,
  ],
  [
    `select * from a1 left join b1 on a1.x=b1.x and b1.z>10 order by 1,2,4`,
    `x:integer|y:text|x:integer|z:integer
1|p|1|11
2|q|∅|∅
3|∅|3|30
∅|n|∅|∅
SELECT 4`,
  ],
  [
    `select * from a1 left join b1 on a1.x=b1.x where a1.x>1 order by 1`,
    `x:integer|y:text|x:integer|z:integer
2|q|∅|∅
3|∅|3|30
SELECT 2`,
  ],
  [
    `select * from a1 left join b1 on a1.x=b1.x and a1.x>1 order by 1,2,4`,
    `x:integer|y:text|x:integer|z:integer
1|p|∅|∅
2|q|∅|∅
3|∅|3|30
∅|n|∅|∅
SELECT 4`,
  ],
  [
    `select * from a1 right join b1 on a1.x=b1.x where a1.y is null order by b1.z`,
    `x:integer|y:text|x:integer|z:integer
3|∅|3|30
∅|∅|7|70
∅|∅|∅|99
SELECT 3`,
  ],
  [
    `select * from a1 right join b1 on a1.x=b1.x and b1.z<30 order by b1.z`,
    `x:integer|y:text|x:integer|z:integer
1|p|1|10
1|p|1|11
∅|∅|3|30
∅|∅|7|70
∅|∅|∅|99
SELECT 5`,
  ],
  [
    `select * from a1 full join b1 on a1.x=b1.x and b1.z>10 order by a1.x,a1.y,b1.z`,
    `x:integer|y:text|x:integer|z:integer
1|p|1|11
2|q|∅|∅
3|∅|3|30
∅|n|∅|∅
∅|∅|1|10
∅|∅|7|70
∅|∅|∅|99
SELECT 7`,
  ],
  [
    `select * from a1 full join b1 using(x) order by x,z,y`,
    `x:integer|y:text|z:integer
1|p|10
1|p|11
2|q|∅
3|∅|30
7|∅|70
∅|∅|99
∅|n|∅
SELECT 7`,
  ],
  [
    `select * from a1 full join b1 on false order by 1,2,4`,
    `x:integer|y:text|x:integer|z:integer
1|p|∅|∅
2|q|∅|∅
3|∅|∅|∅
∅|n|∅|∅
∅|∅|1|10
∅|∅|1|11
∅|∅|3|30
∅|∅|7|70
∅|∅|∅|99
SELECT 9`,
  ],
  [
    `select * from a1 left join (b1 join a1 a2 on b1.x=a2.x) on a1.x=b1.x order by 1,2,4`,
    `x:integer|y:text|x:integer|z:integer|x:integer|y:text
1|p|1|10|1|p
1|p|1|11|1|p
2|q|∅|∅|∅|∅
3|∅|3|30|3|∅
∅|n|∅|∅|∅|∅
SELECT 5`,
  ],
  [
    `select * from a1 left join b1 on a1.x=b1.x left join a1 c on c.x=b1.z/10 order by 1,2,4`,
    `x:integer|y:text|x:integer|z:integer|x:integer|y:text
1|p|1|10|1|p
1|p|1|11|1|p
2|q|∅|∅|∅|∅
3|∅|3|30|3|∅
∅|n|∅|∅|∅|∅
SELECT 5`,
  ],
  [
    `select * from a1 natural left join b1 order by 1,2,3`,
    `x:integer|y:text|z:integer
1|p|10
1|p|11
2|q|∅
3|∅|30
∅|n|∅
SELECT 5`,
  ],
  [
    `select count(*) from a1, b1 where a1.x=b1.x`,
    `count:bigint
3
SELECT 1`,
  ],
  [
    `select count(*) from a1, b1 where a1.x=b1.x or b1.z=70`,
    `count:bigint
7
SELECT 1`,
  ],
  [
    `select * from a1, b1, a1 c where a1.x=b1.x and c.x=b1.x order by b1.z`,
    `x:integer|y:text|x:integer|z:integer|x:integer|y:text
1|p|1|10|1|p
1|p|1|11|1|p
3|∅|3|30|3|∅
SELECT 3`,
  ],
  [
    `select a1.x from a1 where exists (select from b1 where b1.x=a1.x and exists (select from a1 q where q.x=b1.x and q.y=a1.y)) order by 1`,
    `x:integer
1
SELECT 1`,
  ],
  [
    `select a1.x, (select sum(z) from b1 where b1.x=a1.x group by b1.x) s from a1 order by 1`,
    `x:integer|s:bigint
1|21
2|∅
3|30
∅|∅
SELECT 4`,
  ],
  [
    `select x, count(*) from b1 group by x having count(*) > (select 1) order by x`,
    `x:integer|count:bigint
1|2
SELECT 1`,
  ],
  [
    `select x, (select count(*) from a1 where a1.x=b1.x) from b1 group by x order by x`,
    `x:integer|count:bigint
1|1
3|1
7|0
∅|0
SELECT 4`,
  ],
  [
    `select x, (select max(b2.z) from b1 b2 where b2.x=b1.z) from b1 group by x`,
    `ERROR 42803: subquery uses ungrouped column "b1.z" from outer query @51`,
  ],
  [
    `select y from a1 where x = (select min(x) from b1)`,
    `y:text
p
SELECT 1`,
  ],
  [
    `select x from b1 where x in (select x from a1 where y is not null) order by z`,
    `x:integer
1
1
SELECT 2`,
  ],
  [
    `select x from b1 where x not in (select x from a1 where x is not null) order by z`,
    `x:integer
7
SELECT 1`,
  ],
  [
    `select x from b1 where (x,z) in (select x, 11 from a1)`,
    `x:integer
1
SELECT 1`,
  ],
  [
    `select x from b1 where z > any (select x*10 from a1) order by z`,
    `x:integer
1
3
7
∅
SELECT 4`,
  ],
  [
    `select x from b1 where z > all (select x*10 from a1 where x is not null) order by z`,
    `x:integer
7
∅
SELECT 2`,
  ],
  [
    `select * from (select x, count(*) c from b1 group by x) s join a1 on s.x=a1.x order by 1`,
    `x:integer|c:bigint|x:integer|y:text
1|2|1|p
3|1|3|∅
SELECT 2`,
  ],
  [
    `select * from (select distinct x from b1) s order by x nulls first`,
    `x:integer
∅
1
3
7
SELECT 4`,
  ],
  [
    `select * from (select x from b1 order by z desc limit 2) s order by x`,
    `x:integer
7
∅
SELECT 2`,
  ],
  [
    `select s.x from (select x from b1 union select x from a1) s order by 1`,
    `x:integer
1
2
3
7
∅
SELECT 5`,
  ],
  [
    `select x from b1 union all select x from a1 order by x nulls first limit 3 offset 1`,
    `x:integer
∅
1
1
SELECT 3`,
  ],
  [
    `select x from b1 intersect all select x from a1 order by 1`,
    `x:integer
1
3
∅
SELECT 3`,
  ],
  [
    `select x from b1 except all select x from a1 order by 1`,
    `x:integer
1
7
SELECT 2`,
  ],
  [
    `select x from b1 except select x from a1 order by 1`,
    `x:integer
7
SELECT 1`,
  ],
  [
    `with s as (select x, sum(z) t from b1 group by x) select a1.x, t from a1 left join s using (x) order by 1`,
    `x:integer|t:bigint
1|21
2|∅
3|30
∅|∅
SELECT 4`,
  ],
  [
    `with s as (select * from b1) update a1 set y = (select count(*)::text from s where s.x=a1.x) where x is not null returning *`,
    `x:integer|y:text
1|2
2|0
3|1
UPDATE 3`,
  ],
  [
    `with s as (select * from b1 where x=3) delete from a1 using s where s.x=a1.x returning a1.*, s.z`,
    `x:integer|y:text|z:integer
3|1|30
DELETE 1`,
  ],
  [
    `with s as (select 5 as v) insert into a1 select v, 'new' from s returning *`,
    `x:integer|y:text
5|new
INSERT 0 1`,
  ],
  [
    `update b1 set z = z + 1 where x in (select x from a1) returning *`,
    `x:integer|z:integer
1|11
1|12
UPDATE 2`,
  ],
  [
    `update b1 set z = (select max(x) from a1) where x is null returning *`,
    `x:integer|z:integer
∅|5
UPDATE 1`,
  ],
  [`update a1 set y = b1.z::text from b1 where b1.x = a1.x`, `UPDATE 1`],
  [
    `select * from a1 order by x`,
    `x:integer|y:text
1|11
2|0
5|new
∅|n
SELECT 4`,
  ],
  [
    `delete from b1 where not exists (select 1 from a1 where a1.x=b1.x) returning *`,
    `x:integer|z:integer
3|30
7|70
∅|5
DELETE 3`,
  ],
  [
    `select sum(z), count(*), count(x), avg(z), min(z), max(z) from b1`,
    `sum:bigint|count:bigint|count:bigint|avg:numeric|min:integer|max:integer
23|2|2|11.5000000000000000|11|12
SELECT 1`,
  ],
  [
    `select sum(z) from b1 group by x, z order by x, z`,
    `sum:bigint
11
12
SELECT 2`,
  ],
  [
    `select x+1, sum(z) from b1 group by x+1 order by 1`,
    `?column?:integer|sum:bigint
2|23
SELECT 1`,
  ],
  [
    `select x+1 from b1 group by x order by 1`,
    `?column?:integer
2
SELECT 1`,
  ],
  [
    `select case when x>0 then 'pos' else 'neg' end k, count(*) from b1 group by k order by k`,
    `k:text|count:bigint
pos|2
SELECT 1`,
  ],
  [
    `select max(z) - min(z) d from b1 group by x order by d desc`,
    `d:integer
1
SELECT 1`,
  ],
  [
    `select x from b1 group by x order by max(z) desc, x`,
    `x:integer
1
SELECT 1`,
  ],
  [
    `select distinct x from b1 order by x desc`,
    `x:integer
1
SELECT 1`,
  ],
  [
    `select distinct on (x) x, z from b1 order by x, z desc`,
    `x:integer|z:integer
1|12
SELECT 1`,
  ],
  [
    `select string_agg(distinct y, ',') from a1`,
    `string_agg:text
0,11,n,new
SELECT 1`,
  ],
  [
    `select array_agg(distinct x) from b1`,
    `array_agg:integer[]
{1}
SELECT 1`,
  ],
  [
    `select count(distinct (x)) from b1`,
    `count:bigint
1
SELECT 1`,
  ],
  [
    `select upper(y) || x from a1 where y ~ '[a-z]' order by 1`,
    `?column?:text
NEW5
∅
SELECT 2`,
  ],
  [
    `select coalesce(y, 'null'), nullif(x, 1) from a1 order by x`,
    `coalesce:text|nullif:integer
11|∅
0|2
new|5
n|∅
SELECT 4`,
  ],
  [
    `select x from a1 order by y desc nulls last, x`,
    `x:integer
5
∅
1
2
SELECT 4`,
  ],
  [
    `select x as y, y as x from a1 order by x, y`,
    `y:integer|x:text
2|0
1|11
∅|n
5|new
SELECT 4`,
  ],
  [
    `select x as y from a1 order by a1.y`,
    `y:integer
2
1
∅
5
SELECT 4`,
  ],
  [
    `select -x from a1 order by -x`,
    `?column?:integer
-5
-2
-1
∅
SELECT 4`,
  ],
  [
    `select * from a1 where x between (select min(x) from b1) and 2`,
    `x:integer|y:text
2|0
1|11
SELECT 2`,
  ],
  [
    `select * from a1 where y in ('p', 'q', null) order by 1`,
    `x:integer|y:text
SELECT 0`,
  ],
  [
    `select * from a1 where y not in ('p', null)`,
    `x:integer|y:text
SELECT 0`,
  ],
  [
    `select true or (1/0 = 1)`,
    `?column?:boolean
t
SELECT 1`,
  ],
  [
    `select case when false then 1/0 else 5 end`,
    `case:integer
5
SELECT 1`,
  ],
  [
    `select generate_series(1,2), generate_series(1,3)`,
    `generate_series:integer|generate_series:integer
1|1
2|2
∅|3
SELECT 3`,
  ],
  [
    `select x, generate_series(1, x) from a1 where x<3 order by 1,2`,
    `x:integer|generate_series:integer
1|1
2|1
2|2
SELECT 3`,
  ],
  [
    `select generate_series(1,3) * 10`,
    `?column?:integer
10
20
30
SELECT 3`,
  ],
  [
    `insert into a1(x) select generate_series(100,102) returning x`,
    `x:integer
100
101
102
INSERT 0 3`,
  ],
  [
    `select * from generate_series(1,3) a, generate_series(1,2) b where a<>b order by 1,2`,
    `a:integer|b:integer
1|2
2|1
3|1
3|2
SELECT 4`,
  ],
  [
    `select * from generate_series(3,1,-1)`,
    `generate_series:integer
3
2
1
SELECT 3`,
  ],
  [
    `select * from generate_series('2020-01-01'::timestamp,'2020-01-03','1 day')`,
    `generate_series:timestamp without time zone
2020-01-01 00:00:00
2020-01-02 00:00:00
2020-01-03 00:00:00
SELECT 3`,
  ],
  [
    `select * from unnest(array[1,2,3]) u`,
    `u:integer
1
2
3
SELECT 3`,
  ],
  [
    `select unnest(array['a','b'])`,
    `unnest:text
a
b
SELECT 2`,
  ],
  [
    `select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid=c.relnamespace where c.relname in ('a1','pg_class') order by 1`,
    `nspname:name|relname:name
pg_catalog|pg_class
public|a1
SELECT 2`,
  ],
  [
    `select 'a1'::regclass, 'pg_class'::regclass::oid, 'int4'::regtype, 25::regtype`,
    `regclass:regclass|oid:oid|regtype:regtype|regtype:regtype
a1|1259|integer|text
SELECT 1`,
  ],
  [`select 'nosuch'::regclass`, `ERROR 42P01: relation "nosuch" does not exist @8`],
  [
    `select attname from pg_attribute where attrelid='a1'::regclass and attnum>0 order by attnum`,
    `attname:name
x
y
SELECT 2`,
  ],
  [
    `select format_type(23,-1), format_type(1043,14), format_type(1700,655366)`,
    `format_type:text|format_type:text|format_type:text
integer|character varying(10)|numeric(10,2)
SELECT 1`,
  ],
  [
    `select pg_table_is_visible('a1'::regclass), pg_get_userbyid(10), to_regclass('nosuch'), to_regclass('a1')`,
    `pg_table_is_visible:boolean|pg_get_userbyid:name|to_regclass:regclass|to_regclass:regclass
t|postgres|∅|a1
SELECT 1`,
  ],
  [
    `select current_setting('nosuch', true), current_setting('server_encoding')`,
    `current_setting:text|current_setting:text
∅|UTF8
SELECT 1`,
  ],
  [
    `select array[1,2] || 3, 3 = any(array[1,2] || 3), array[1,2] = array[1,2]`,
    `?column?:integer[]|?column?:boolean|?column?:boolean
{1,2,3}|t|t
SELECT 1`,
  ],
  [
    `select interval '1 day 2:03:04', '1 mon'::interval * 2, now() - now()`,
    `interval:interval|?column?:interval|?column?:interval
1 day 02:03:04|2 mons|00:00:00
SELECT 1`,
  ],
  [
    `select date_part('epoch', timestamp '1970-01-02'), extract(dow from date '2020-01-05')`,
    `date_part:double precision|extract:numeric
86400|0
SELECT 1`,
  ],
  [
    `select to_timestamp(0) at time zone 'UTC'`,
    `timezone:timestamp without time zone
1970-01-01 00:00:00
SELECT 1`,
  ],
  [
    `select md5('a'), repeat('ab',2), reverse('abc'), lpad('1',3,'0'), split_part('a,b,c',',',2), strpos('abc','c'), initcap('hello world'), chr(65), ascii('A')`,
    `md5:text|repeat:text|reverse:text|lpad:text|split_part:text|strpos:integer|initcap:text|chr:text|ascii:integer
0cc175b9c0f1b6a831c399e269772661|abab|cba|001|b|3|Hello World|A|65
SELECT 1`,
  ],
  [
    `select concat_ws('-', 'a', null, 'b'), format('%s-%I-%L', 'a', 'B c', 'd''e'), quote_ident('A b'), quote_literal('x''y')`,
    `concat_ws:text|format:text|quote_ident:text|quote_literal:text
a-b|a-"B c"-'d''e'|"A b"|'x''y'
SELECT 1`,
  ],
  [
    `select regexp_replace('foobar', 'o+', '0'), 'abc' ~* 'B', 'abc' !~ 'x', regexp_matches('ab', '(a)(b)')`,
    `regexp_replace:text|?column?:boolean|?column?:boolean|regexp_matches:text[]
f0bar|t|t|{a,b}
SELECT 1`,
  ],
  [
    `select 1::int2 + 1::int8, 1.0::float4, 3.14::float8::text, 0.1+0.2, 0.1::float8+0.2::float8, 1e15::float8, 1/3.0`,
    `?column?:bigint|float4:real|text:text|?column?:numeric|?column?:double precision|float8:double precision|?column?:numeric
2|1|3.14|0.3|0.30000000000000004|1e+15|0.33333333333333333333
SELECT 1`,
  ],
  [
    `select 'x' like 'X', 'x' ilike 'X', 'a%b' like 'a\\%b', 'ab' like 'a_', '' like '%'`,
    `?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean
f|t|t|t|t
SELECT 1`,
  ],
  [
    `select '\\x6869'::bytea, 'hi'::bytea, length('hi'::bytea), encode('hi','hex')`,
    `bytea:bytea|bytea:bytea|length:integer|encode:text
\\x6869|\\x6869|2|6869
SELECT 1`,
  ],
  [
    `select true::text, 'yes'::bool, 1::bool, bool 'f', not null::bool`,
    `text:text|bool:boolean|bool:boolean|bool:boolean|?column?:boolean
true|t|t|f|∅
SELECT 1`,
  ],
  [`select row_number() over () from a1`, `ERROR 0A000: a window function is not supported @8`],
  [
    `select * from a1 for no key update nowait`,
    `x:integer|y:text
∅|n
2|0
5|new
1|11
100|∅
101|∅
102|∅
SELECT 7`,
  ],
  [
    `values (1,2),(3,4) order by 1 desc limit 1`,
    `column1:integer|column2:integer
3|4
SELECT 1`,
  ],
  [
    `select * from a1 where ctid='(0,1)'`,
    `x:integer|y:text
SELECT 0`,
  ],
  [
    `select xmin=xmin, ctid from a1 where x=100`,
    `?column?:boolean|ctid:tid
t|(0,10)
SELECT 1`,
  ],
  [
    `table a1`,
    `x:integer|y:text
∅|n
2|0
5|new
1|11
100|∅
101|∅
102|∅
SELECT 7`,
  ],
  [
    `select count(*) from a1 where x = 1.0`,
    `count:bigint
1
SELECT 1`,
  ],
  [
    `select count(*) from a1 where x = '100'`,
    `count:bigint
1
SELECT 1`,
  ],
  [
    `select x from a1 where x = 100::int8`,
    `x:integer
100
SELECT 1`,
  ],
  [
    `select x from a1 where x::text = '100'`,
    `x:integer
100
SELECT 1`,
  ],
  [
    `select 1 where 'abc' = 'abc'::name`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `select 2 in (select 1 union select 2)`,
    `?column?:boolean
t
SELECT 1`,
  ],
  [`drop table a1, b1`, `DROP TABLE`],
];
