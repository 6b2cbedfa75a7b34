import type { Case } from './case.js';

/** Joins, subqueries, aggregates, locking clauses and EXPLAIN. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const reportsCases: readonly Case[] = [
  [`create table e(id int, boss int, name varchar(10), pay numeric(8,2), hired date)`, `CREATE TABLE`],
  [
    `insert into e values (1,null,'ann',100.5,'2020-01-01'),(2,1,'bob',80,'2020-06-01'),(3,1,'cat',80,'2021-01-01'),(4,2,'dan',50,null)`,
    `INSERT 0 4`,
  ],
  [
    `insert into e values (5,1,'a very long name',1,null)`,
    `ERROR 22001: value too long for type character varying(10)`,
  ],
  [
    `insert into e values (5,1,'eve',12345678.9,null)`,
    `ERROR 22003: numeric field overflow DETAIL A field with precision 8, scale 2 must round to an absolute value less than 10^6.`,
  ],
  [`insert into e values (99999999999,1,'eve',1,null)`, `ERROR 22003: integer out of range`],
  [
    `insert into e values (5,1,'eve',1,'2020-13-01')`,
    `ERROR 22008: date/time field value out of range: "2020-13-01" @35 HINT Perhaps you need a different "datestyle" setting.`,
  ],
  [
    `select e.name, b.name as boss from e left join e b on e.boss=b.id order by e.id`,
    `name:character varying(10)|boss:character varying(10)
ann|∅
bob|ann
cat|ann
dan|bob
SELECT 4`,
  ],
  [
    `select b.name, count(e.id) n, sum(e.pay) from e right join e b on e.boss=b.id group by b.name order by n desc, 1`,
    `name:character varying(10)|n:bigint|sum:numeric
ann|2|160.00
bob|1|50.00
cat|0|∅
dan|0|∅
SELECT 4`,
  ],
  [
    `select name from e where pay > (select avg(pay) from e) order by 1`,
    `name:character varying(10)
ann
bob
cat
SELECT 3`,
  ],
  [
    `select name from e x where exists (select 1 from e y where y.boss=x.id and y.pay < x.pay) order by 1`,
    `name:character varying(10)
ann
bob
SELECT 2`,
  ],
  [
    `select name, (select count(*) from e y where y.boss=x.id) from e x order by 2 desc, 1`,
    `name:character varying(10)|count:bigint
ann|2
bob|1
cat|0
dan|0
SELECT 4`,
  ],
  [
    `select boss, array_agg(name order by name) from e group by boss order by boss nulls first`,
    `boss:integer|array_agg:character varying[]
∅|{ann}
1|{bob,cat}
2|{dan}
SELECT 3`,
  ],
  [
    `with b as (select boss, sum(pay) s from e group by boss) select * from b where boss is not null order by 1`,
    `boss:integer|s:numeric
1|160.00
2|50.00
SELECT 2`,
  ],
  [
    `with a as (select 1 x), b as (select x+1 y from a) select * from a, b`,
    `x:integer|y:integer
1|2
SELECT 1`,
  ],
  [
    `with a(z) as (select 1 x) select z from a a1 join a a2 using (z)`,
    `z:integer
1
SELECT 1`,
  ],
  [
    `with r as (select random() v) select (select v from r) = (select v from r)`,
    `?column?:boolean
t
SELECT 1`,
  ],
  [`with a as (select 1), a as (select 2) select 1`, `ERROR 42712: WITH query name "a" specified more than once @23`],
  [
    `with recursive r(n) as (select 1 union all select n+1 from r where n<3) select * from r`,
    `ERROR 0A000: WITH RECURSIVE is not supported`,
  ],
  [
    `select * from e where (id, name) in ((1,'ann'))`,
    `id:integer|boss:integer|name:character varying(10)|pay:numeric(8,2)|hired:date
1|∅|ann|100.50|2020-01-01
SELECT 1`,
  ],
  [
    `select * from e where (id, name) in (select 1, 'ann')`,
    `id:integer|boss:integer|name:character varying(10)|pay:numeric(8,2)|hired:date
1|∅|ann|100.50|2020-01-01
SELECT 1`,
  ],
  [`select row(1,2)`, `ERROR 0A000: a row constructor is not supported @8`],
  [`select e from e`, `ERROR 0A000: a reference to a whole row is not supported @8`],
  [`select count(e) from e`, `ERROR 0A000: a reference to a whole row is not supported @14`],
  [
    `select max(name), min(hired), avg(pay)::numeric(8,3) from e`,
    `max:text|min:date|avg:numeric(8,3)
dan|2020-01-01|77.625
SELECT 1`,
  ],
  [
    `select hired + 1, hired - date '2020-01-01', age(hired) is not null from e where id=1`,
    `?column?:date|?column?:integer|?column?:boolean
2020-01-02|0|t
SELECT 1`,
  ],
  [
    `select name || ' ' || id from e order by id`,
    `?column?:text
ann 1
bob 2
cat 3
dan 4
SELECT 4`,
  ],
  [
    `select name || null from e`,
    `?column?:text
∅
∅
∅
∅
SELECT 4`,
  ],
  [
    `select upper(name) u from e group by upper(name) order by upper(name)`,
    `u:text
ANN
BOB
CAT
DAN
SELECT 4`,
  ],
  [`select upper(name) from e group by name order by u`, `ERROR 42703: column "u" does not exist @50`],
  [
    `select sum(pay) / count(*) from e`,
    `?column?:numeric
77.6250000000000000
SELECT 1`,
  ],
  [
    `select name from e order by pay desc, name limit 2 offset 1`,
    `name:character varying(10)
bob
cat
SELECT 2`,
  ],
  [`select pay, rank() over (order by pay) from e`, `ERROR 0A000: a window function is not supported @13`],
  [
    `select distinct pay from e order by pay desc`,
    `pay:numeric(8,2)
100.50
80.00
50.00
SELECT 3`,
  ],
  [
    `select count(distinct pay) from e`,
    `count:bigint
3
SELECT 1`,
  ],
  [
    `select e.* from e, lateral (select 1) l`,
    `id:integer|boss:integer|name:character varying(10)|pay:numeric(8,2)|hired:date
1|∅|ann|100.50|2020-01-01
2|1|bob|80.00|2020-06-01
3|1|cat|80.00|2021-01-01
4|2|dan|50.00|∅
SELECT 4`,
  ],
  [`select * from e tablesample system (10)`, `ERROR 0A000: TABLESAMPLE is not supported`],
  [
    `select * from only e where id=1`,
    `id:integer|boss:integer|name:character varying(10)|pay:numeric(8,2)|hired:date
1|∅|ann|100.50|2020-01-01
SELECT 1`,
  ],
  [
    `select name from e where name like 'a\\_%'`,
    `name:character varying(10)
SELECT 0`,
  ],
  [
    `select name from e where name ~ '^[ab]'`,
    `name:character varying(10)
ann
bob
SELECT 2`,
  ],
  [
    `select id from e where name in (select name from e where id<3) and id not in (select boss from e where boss is not null) order by 1`,
    `id:integer
SELECT 0`,
  ],
  [
    `select * from e where id = 1 or id = 2 and name = 'zzz'`,
    `id:integer|boss:integer|name:character varying(10)|pay:numeric(8,2)|hired:date
1|∅|ann|100.50|2020-01-01
SELECT 1`,
  ],
  [
    `select id, case when boss is null then 'top' else (select b.name from e b where b.id=e.boss) end from e order by id`,
    `id:integer|name:character varying
1|top
2|ann
3|ann
4|bob
SELECT 4`,
  ],
  [
    `select avg(pay), stddev(pay) from e`,
    `avg:numeric|stddev:numeric
77.6250000000000000|20.7981369357930712
SELECT 1`,
  ],
  [
    `select max(id) filter (where pay<90) from e`,
    `max:integer
4
SELECT 1`,
  ],
  [
    `select count(*) filter (where name like '%a%') from e`,
    `count:bigint
3
SELECT 1`,
  ],
  [
    `select id from e where pay between 50 and 80 order by id`,
    `id:integer
2
3
4
SELECT 3`,
  ],
  [`select 5/2, 5%2, -5/2, 5.0/2, 2^3, 5/0`, `ERROR 22012: division by zero`],
  [`select 2147483647+1`, `ERROR 22003: integer out of range`],
  [`select 9223372036854775807+1`, `ERROR 22003: bigint out of range`],
  [
    `select 1e400::float8`,
    `ERROR 22003: "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" is out of range for type double precision`,
  ],
  [
    `select 'NaN'::float8 = 'NaN'::float8, 'infinity'::float8`,
    `?column?:boolean|float8:double precision
t|Infinity
SELECT 1`,
  ],
  [
    `select round(2.5), round(-2.5), round(2.567,2), trunc(2.9), ceil(1.1), floor(-1.1), abs(-3), sign(-2), mod(7,3), power(2,10), sqrt(16)`,
    `round:numeric|round:numeric|round:numeric|trunc:numeric|ceil:numeric|floor:numeric|abs:integer|sign:double precision|mod:integer|power:double precision|sqrt:double precision
3|-3|2.57|2|2|-2|3|-1|1|1024|4
SELECT 1`,
  ],
  [
    `select 1 as "Q", 2 as select`,
    `Q:integer|select:integer
1|2
SELECT 1`,
  ],
  [
    `select 1 a, 2 a`,
    `a:integer|a:integer
1|2
SELECT 1`,
  ],
  [`select a from (select 1 a, 2 a) s`, `ERROR 42702: column reference "a" is ambiguous @8`],
  [`select s.a from (select 1 a) s, (select 2 a) s`, `ERROR 42712: table name "s" specified more than once`],
  [`select * from (select 1) s(x,y)`, `ERROR 42P10: table "s" has 1 columns available but 2 columns specified`],
  [
    `select id from e union select boss from e order by 1 nulls first`,
    `id:integer
∅
1
2
3
4
SELECT 5`,
  ],
  [
    `(select 1 limit 1) union all (select 2) order by 1 desc limit 1`,
    `?column?:integer
2
SELECT 1`,
  ],
  [
    `select 1 union select 1.5 union select null order by 1`,
    `?column?:numeric
1
1.5
∅
SELECT 3`,
  ],
  [
    `select 'a' union select 'b' order by 1`,
    `?column?:text
a
b
SELECT 2`,
  ],
  [
    `select null union select null`,
    `?column?:text
∅
SELECT 1`,
  ],
  [
    `select null union all select 1`,
    `?column?:integer
∅
1
SELECT 2`,
  ],
  [
    `select 1 except select 2 union select 3 order by 1`,
    `?column?:integer
1
3
SELECT 2`,
  ],
  [
    `select count(*) from (select 1 union all select 1) x`,
    `count:bigint
2
SELECT 1`,
  ],
  [
    `select 1 in (1,null), 2 in (1,null), null in (1), 1 not in (2,null)`,
    `?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean
t|∅|∅|∅
SELECT 1`,
  ],
  [
    `select 1 = any('{}'::int[]), 1 = all('{}'::int[]), 1 <> all(array[2,null])`,
    `?column?:boolean|?column?:boolean|?column?:boolean
f|t|∅
SELECT 1`,
  ],
  [
    `select exists(select 1 where false), not exists(select 1)`,
    `exists:boolean|?column?:boolean
f|f
SELECT 1`,
  ],
  [
    `select (select 1 where false) is null`,
    `?column?:boolean
t
SELECT 1`,
  ],
  [
    `select (values (1))`,
    `column1:integer
1
SELECT 1`,
  ],
  [
    `select array(values (1),(2))`,
    `array:integer[]
{1,2}
SELECT 1`,
  ],
  [
    `select * from (values (1),(null),(3)) v(x) order by x desc nulls last`,
    `x:integer
3
1
∅
SELECT 3`,
  ],
  [
    `select * from (values (1),(null),(3)) v(x) order by x desc`,
    `x:integer
∅
3
1
SELECT 3`,
  ],
  [
    `select x, x is null as n from (values (1),(null)) v(x) order by n, x`,
    `x:integer|n:boolean
1|f
∅|t
SELECT 2`,
  ],
  [
    `select sum(x), count(x), avg(x) from (values (1),(null),(3)) v(x)`,
    `sum:bigint|count:bigint|avg:numeric
4|2|2.0000000000000000
SELECT 1`,
  ],
  [
    `select coalesce(sum(x),0) from (values (1)) v(x) where x>5`,
    `coalesce:bigint
0
SELECT 1`,
  ],
  [
    `select x from (values ('b'),('A'),('a'),('B')) v(x) order by x`,
    `x:text
A
B
a
b
SELECT 4`,
  ],
  [
    `select x::text collate "C" from (values ('b'),('A')) v(x) order by 1`,
    `x:text
A
b
SELECT 2`,
  ],
  [`select x from (values (1),(2)) v(x) where x = $1`, `ERROR 42P02: there is no parameter $1 @47`],
  [
    `select -(-1), - 5 + 3, 2 * -3, not false`,
    `?column?:integer|?column?:integer|?column?:integer|?column?:boolean
1|-2|-6|t
SELECT 1`,
  ],
  [
    `select 1 <> 2, 1 != 1, 3 >= 3, 'a' < 'b', true > false`,
    `?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean|?column?:boolean
t|f|t|t|t
SELECT 1`,
  ],
  [
    `select 'a' = 'a ', 'a'::char(3) = 'a', length('a'::char(5)), 'ab'::char(1)`,
    `?column?:boolean|?column?:boolean|length:integer|bpchar:character(1)
f|t|1|a
SELECT 1`,
  ],
  [
    `select U&'\\0041', E'a\\nb', $$x$$, 'it''s'`,
    `?column?:text|?column?:text|?column?:text|?column?:text
A|a
b|x|it's
SELECT 1`,
  ],
  [`select b'101'`, `ERROR 0A000: a bit string is not supported @8`],
  [
    `select 1.0, 1., .5, 1e10, 1E-2, 100000000000000000000`,
    `?column?:numeric|?column?:numeric|?column?:numeric|?column?:numeric|?column?:numeric|?column?:numeric
1.0|1|0.5|10000000000|0.01|100000000000000000000
SELECT 1`,
  ],
  [
    `select interval '1 day' + interval '2 hours', timestamp '2020-01-01' + interval '1 month'`,
    `?column?:interval|?column?:timestamp without time zone
1 day 02:00:00|2020-02-01 00:00:00
SELECT 1`,
  ],
  [
    `select current_date = now()::date, current_timestamp = now(), localtimestamp is not null`,
    `?column?:boolean|?column?:boolean|?column?:boolean
t|t|t
SELECT 1`,
  ],
  [
    `select '2020-01-01'::timestamptz at time zone 'UTC'`,
    `timezone:timestamp without time zone
2020-01-01 00:00:00
SELECT 1`,
  ],
  [
    `select pg_typeof(1), pg_typeof('x'), pg_typeof(1.5), pg_typeof(null), pg_typeof(now())`,
    `pg_typeof:regtype|pg_typeof:regtype|pg_typeof:regtype|pg_typeof:regtype|pg_typeof:regtype
integer|unknown|numeric|unknown|timestamp with time zone
SELECT 1`,
  ],
  [
    `select is_foo(1)`,
    `ERROR 42883: function is_foo(integer) does not exist @8 HINT No function matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [
    `select lower(1)`,
    `ERROR 42883: function lower(integer) does not exist @8 HINT No function matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [
    `select length(1)`,
    `ERROR 42883: function length(integer) does not exist @8 HINT No function matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [
    `select substr('abc')`,
    `ERROR 42883: function substr(unknown) does not exist @8 HINT No function matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [`select count()`, `ERROR 42809: count(*) must be used to call a parameterless aggregate function @8`],
  [
    `select sum('x')`,
    `ERROR 42725: function sum(unknown) is not unique @8 HINT Could not choose a best candidate function. You might need to add explicit type casts.`,
  ],
  [
    `select max(true)`,
    `ERROR 42883: function max(boolean) does not exist @8 HINT No function matches the given name and argument types. You might need to add explicit type casts.`,
  ],
  [
    `select 1 order by 1, 1`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `select id from e order by id using >`,
    `id:integer
4
3
2
1
SELECT 4`,
  ],
  [
    `select id, name from e where id = 1 for update`,
    `id:integer|name:character varying(10)
1|ann
SELECT 1`,
  ],
  [
    `select id from e order by id for share limit 2`,
    `id:integer
1
2
SELECT 2`,
  ],
  [`select count(*) from e for update`, `ERROR 0A000: FOR UPDATE is not allowed with aggregate functions`],
  [`select distinct id from e for update`, `ERROR 0A000: FOR UPDATE is not allowed with DISTINCT clause`],
  [
    `select 1 for update`,
    `?column?:integer
1
SELECT 1`,
  ],
  [
    `select id from e for update of nope`,
    `ERROR 42P01: relation "nope" in FOR UPDATE clause not found in FROM clause @32`,
  ],
  [
    `select id from (select * from e) s for update`,
    `id:integer
1
2
3
4
SELECT 4`,
  ],
  [
    `explain (costs off) select * from e where id=1`,
    `QUERY PLAN:text
Seq Scan on e
  Filter: (id = 1)
EXPLAIN`,
  ],
  [
    `explain (costs off) update e set pay=pay+1 where id=1`,
    `QUERY PLAN:text
Update on e
  ->  Seq Scan on e
        Filter: (id = 1)
EXPLAIN`,
  ],
  [
    `explain (costs off) insert into e values (1,2,'x',1,null)`,
    `QUERY PLAN:text
Insert on e
  ->  Result
EXPLAIN`,
  ],
  [
    `explain (costs off) delete from e`,
    `QUERY PLAN:text
Delete on e
  ->  Seq Scan on e
EXPLAIN`,
  ],
  [
    `explain (costs off) select * from generate_series(1,2) g`,
    `QUERY PLAN:text
Function Scan on generate_series g
EXPLAIN`,
  ],
  [
    `explain (costs off) select 1`,
    `QUERY PLAN:text
Result
EXPLAIN`,
  ],
  [`explain nosuch`, `ERROR 42601: syntax error at or near "nosuch" @9`],
  [`copy e from stdin`, `COPY 0`],
  [`create index on e(id)`, `CREATE INDEX`],
  [`create table k0(id int primary key)`, `CREATE TABLE`],
  [`create table k(id serial)`, `ERROR 0A000: type serial is not supported @19`],
  [`create table k1(id int unique)`, `CREATE TABLE`],
  [`create table k(id int references e)`, `ERROR 0A000: the constraint FOREIGN KEY is not supported @23`],
  [`create view v as select 1`, `ERROR 0A000: CREATE VIEW is not supported`],
  [`vacuum`, `VACUUM`],
];
