/** The commands of PostgreSQL 15 (its manual's part VI). */
export const commandNames: readonly string[] = `
ABORT, ALTER AGGREGATE, ALTER COLLATION, ALTER CONVERSION, ALTER DATABASE, ALTER DEFAULT PRIVILEGES, ALTER DOMAIN,
ALTER EVENT TRIGGER, ALTER EXTENSION, ALTER FOREIGN DATA WRAPPER, ALTER FOREIGN TABLE, ALTER FUNCTION, ALTER GROUP,
ALTER INDEX, ALTER LANGUAGE, ALTER LARGE OBJECT, ALTER MATERIALIZED VIEW, ALTER OPERATOR, ALTER OPERATOR CLASS,
ALTER OPERATOR FAMILY, ALTER POLICY, ALTER PROCEDURE, ALTER PUBLICATION, ALTER ROLE, ALTER ROUTINE, ALTER RULE,
ALTER SCHEMA, ALTER SEQUENCE, ALTER SERVER, ALTER STATISTICS, ALTER SUBSCRIPTION, ALTER SYSTEM, ALTER TABLE,
ALTER TABLESPACE, ALTER TEXT SEARCH CONFIGURATION, ALTER TEXT SEARCH DICTIONARY, ALTER TEXT SEARCH PARSER,
ALTER TEXT SEARCH TEMPLATE, ALTER TRIGGER, ALTER TYPE, ALTER USER, ALTER USER MAPPING, ALTER VIEW, ANALYZE, BEGIN,
CALL, CHECKPOINT, CLOSE, CLUSTER, COMMENT, COMMIT, COMMIT PREPARED, COPY, CREATE ACCESS METHOD, CREATE AGGREGATE,
CREATE CAST, CREATE COLLATION, CREATE CONVERSION, CREATE DATABASE, CREATE DOMAIN, CREATE EVENT TRIGGER,
CREATE EXTENSION, CREATE FOREIGN DATA WRAPPER, CREATE FOREIGN TABLE, CREATE FUNCTION, CREATE GROUP, CREATE INDEX,
CREATE LANGUAGE, CREATE MATERIALIZED VIEW, CREATE OPERATOR, CREATE OPERATOR CLASS, CREATE OPERATOR FAMILY,
CREATE POLICY, CREATE PROCEDURE, CREATE PUBLICATION, CREATE ROLE, CREATE RULE, CREATE SCHEMA, CREATE SEQUENCE,
CREATE SERVER, CREATE STATISTICS, CREATE SUBSCRIPTION, CREATE TABLE, CREATE TABLESPACE, CREATE TEXT SEARCH DICTIONARY,
CREATE TEXT SEARCH PARSER, CREATE TEXT SEARCH TEMPLATE, CREATE TRANSFORM, CREATE TRIGGER, CREATE TYPE, CREATE USER,
CREATE USER MAPPING, CREATE VIEW, DEALLOCATE, DECLARE, DELETE, DISCARD, DO, DROP ACCESS METHOD, DROP AGGREGATE,
DROP CAST, DROP COLLATION, DROP CONVERSION, DROP DATABASE, DROP DOMAIN, DROP EVENT TRIGGER, DROP EXTENSION,
DROP FOREIGN DATA WRAPPER, DROP FOREIGN TABLE, DROP FUNCTION, DROP GROUP, DROP INDEX, DROP LANGUAGE,
DROP MATERIALIZED VIEW, DROP OPERATOR, DROP OPERATOR CLASS, DROP OPERATOR FAMILY, DROP OWNED, DROP POLICY,
DROP PROCEDURE, DROP PUBLICATION, DROP ROLE, DROP ROUTINE, DROP RULE, DROP SCHEMA, DROP SEQUENCE, DROP SERVER,
DROP STATISTICS, DROP SUBSCRIPTION, DROP TABLE, DROP TABLESPACE, DROP TEXT SEARCH CONFIGURATION,
DROP TEXT SEARCH DICTIONARY, DROP TEXT SEARCH PARSER, DROP TEXT SEARCH TEMPLATE, DROP TRANSFORM, DROP TRIGGER,
DROP TYPE, DROP USER, DROP USER MAPPING, DROP VIEW, END, EXECUTE, EXPLAIN, FETCH, GRANT, IMPORT FOREIGN SCHEMA,
INSERT, LISTEN, LOAD, LOCK, MERGE, MOVE, NOTIFY, PREPARE, PREPARE TRANSACTION, REASSIGN OWNED,
REFRESH MATERIALIZED VIEW, REINDEX, RELEASE SAVEPOINT, RESET, REVOKE, ROLLBACK, ROLLBACK PREPARED,
ROLLBACK TO SAVEPOINT, SAVEPOINT, SECURITY LABEL, SELECT, SET, SET CONSTRAINTS, SET ROLE, SET SESSION AUTHORIZATION,
SET TRANSACTION, SHOW, START TRANSACTION, TRUNCATE, UNLISTEN, UPDATE, VACUUM, VALUES
`
  .trim()
  .split(/,\s+/);

function linesOf(text: string): string[] {
  return text.trim().split('\n');
}

/** Statements of PostgreSQL that this engine refuses, each as 0A000. */
export const refusedStatements: readonly string[] = linesOf(`
alter aggregate my(int) rename to other
alter collation c rename to d
alter conversion c rename to d
alter database postgres set work_mem = '8MB'
alter database postgres owner to postgres
alter database postgres refresh collation version
alter default privileges in schema public grant select on tables to public
alter domain d drop not null
alter event trigger t disable
alter extension e update
alter foreign data wrapper w no handler
alter foreign table f add column x int
alter function f(int) immutable
alter group g add user u
alter index i set (fillfactor = 50)
alter index i attach partition p
alter index i alter column 1 set statistics 100
alter language l rename to m
alter large object 1 owner to postgres
alter materialized view v rename to w
alter operator + (int, int) owner to postgres
alter operator class o using btree rename to p
alter operator family o using btree rename to p
alter policy p on t rename to q
alter procedure p(int) rename to q
alter publication p add table t
alter role r with superuser
alter role r set work_mem = '1MB'
alter routine r(int) rename to s
alter rule r on t rename to s
alter schema public rename to p2
alter schema public owner to postgres
alter sequence s restart
alter sequence s rename to s2
alter server s version '2'
alter statistics s rename to s2
alter subscription s disable
alter system set work_mem = '8MB'
alter table t drop column b
alter table t alter column a type bigint
alter table t alter column a set default 1
alter table t alter column a drop default
alter table t alter column a drop not null
alter table t alter column a set statistics 100
alter table t alter column a set storage plain
alter table t alter column a set compression pglz
alter table t alter column a add generated always as identity
alter table t alter column a drop expression
alter table t alter column a set (n_distinct = 5)
alter table t add check (a > 0)
alter table t add constraint fk foreign key (a) references t2
alter table t add exclude using gist (a with =)
alter table t validate constraint fk
alter table t alter constraint nope deferrable
alter table t enable trigger all
alter table t disable trigger all
alter table t enable rule r
alter table t enable row level security
alter table t force row level security
alter table t cluster on i
alter table t set without cluster
alter table t set without oids
alter table t set tablespace pg_default
alter table t set access method heap
alter table t set logged
alter table t set unlogged
alter table t set (fillfactor = 70)
alter table t reset (fillfactor)
alter table t inherit t2
alter table t no inherit t2
alter table t of ty
alter table t not of
alter table t owner to postgres
alter table t replica identity full
alter table t attach partition p for values in (1)
alter table t detach partition p
alter table t set schema public
alter table all in tablespace pg_default set tablespace pg_default
alter tablespace pg_default rename to x
alter text search configuration c rename to d
alter text search dictionary c rename to d
alter text search parser c rename to d
alter text search template c rename to d
alter trigger tr on t rename to tr2
alter trigger tr on t depends on extension e
alter type ty add value 'x'
alter type ty rename to tz
alter user u with password 'x'
alter user mapping for public server s options (add x '1')
alter view v rename to w
call p(1)
close c
cluster t using i
cluster
comment on table t is 'x'
copy t to '/tmp/x'
copy t from '/tmp/x'
copy t to program 'cat'
create access method am type table handler heap_tableam_handler
create aggregate my(int) (sfunc = int4pl, stype = int)
create cast (int as text) with inout
create collation c (locale = 'C')
create conversion c for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1
create domain d as int check (value > 0)
create event trigger e on ddl_command_start execute function f()
create extension plpgsql
create foreign data wrapper w
create foreign table f (a int) server s
create function f(int) returns int language sql as 'select $1'
create group g
create index on t (lower(b))
create index on t (a) where a > 1
create index on t using hash (a)
create index on t using gin (a)
create index concurrently on t (a)
create language l
create materialized view mv as select 1
create operator === (leftarg = int, rightarg = int, function = int4eq)
create operator class o for type int using btree as operator 1 <
create operator family o using btree
create policy p on t
create procedure p() language sql as 'select 1'
create publication p for all tables
create role r
create rule r as on insert to t do nothing
create schema s
create sequence s
create server s foreign data wrapper w
create statistics st on a, b from t
create subscription s connection '' publication p
create table x2 (a serial)
create table x3 (a int generated always as identity)
create table x4 (a int, b int generated always as (a + 1) stored)
create table x5 (a int references t)
create table x6 (a int, foreign key (a) references t(a))
create table x7 (like t)
create table x8 () inherits (t)
create table x9 (a int) partition by range (a)
create table x10 partition of t for values in (1)
create table x11 of ty
create table x12 (a int, exclude using gist (a with =))
create table x18 (a int primary key deferrable)
create table x19 (a int unique deferrable initially deferred)
create temp table x20 (a int)
create unlogged table x21 (a int)
create temp table x22 (a int) on commit drop
create table x23 as select 1 as a
create table x24 (a xml)
create table x25 (a json)
create table x27 (a point)
create table x30 (a money, b inet)
create tablespace ts location '/tmp/ts'
create text search configuration c (copy = simple)
create text search dictionary c (template = simple)
create text search parser c (start = f, gettoken = f, end = f, lextypes = f)
create text search template c (lexize = f)
create transform for int language sql (from sql with function f(internal))
create trigger tr before insert on t for each row execute function f()
create type ty as (a int)
create type ty2 as enum ('a')
create type ty3 as range (subtype = int)
create type ty4
create user u
create user mapping for public server s
create view v as select 1
create or replace view v as select 1
create recursive view v (n) as select 1
declare c cursor for select 1
delete from t where current of c
do $$ begin end $$
drop access method am
drop aggregate a(int)
drop cast (int as text)
drop collation c
drop conversion c
drop domain d
drop event trigger e
drop extension e
drop foreign data wrapper w
drop foreign table f
drop function f(int)
drop group g
drop language l
drop materialized view mv
drop operator === (int, int)
drop operator class o using btree
drop operator family o using btree
drop owned by u
drop policy p on t
drop procedure p
drop publication p
drop role r
drop routine r
drop rule r on t
drop schema s
drop sequence s
drop server s
drop statistics s
drop subscription s
drop tablespace ts
drop text search configuration c
drop text search dictionary c
drop text search parser c
drop text search template c
drop transform for int language sql
drop trigger tr on t
drop type ty
drop user u
drop user mapping for public server s
drop view v
explain (format json) select 1
explain create table q as select 1
explain declare c cursor for select 1
explain execute nope
fetch next from c
grant select on t to public
grant postgres to u
import foreign schema s from server v into public
insert into t overriding user value values (1, 'x')
insert into t (a[1]) values (1)
insert into t (a.b) values (1)
listen x
load 'x'
merge into t using t2 on t.a = t2.a when matched then do nothing
move next from c
notify x
notify x, 'payload'
reassign owned by a to b
refresh materialized view mv
reindex schema public
reindex system postgres
reindex database postgres
reindex table concurrently t
reset role
revoke select on t from public
revoke postgres from u
security label on table t is 'x'
select a into t5 from t
set constraints all deferred
set role none
set role postgres
set session authorization default
set session authorization postgres
set xml option document
set transaction isolation level serializable
set transaction snapshot '1'
start transaction isolation level serializable
begin isolation level serializable
unlisten x
unlisten *
update t set a = 1 where current of c
update t set (a, b) = (select 1, 'x')
update t set a[1] = 1
vacuum full t
create table x17 (a text compression pglz)
create table n1 (a int, unique (a without overlaps))
create table n2 (a int, check (a > 0) not enforced)
create table n3 (a int, not null a)
create table n4 (a int storage external)
create table n5 (a int) tablespace nope
create table n6 (a int) with (toast.autovacuum_enabled = off)
create table n7 (a int default nextval('s'))
create index on t (b text_pattern_ops)
create index on t (a) tablespace nope
reindex (tablespace nope) table t
alter table t add column z int default 5
alter table t add constraint q check (a > 0) not valid
alter table t add unique (b) deferrable
drop index concurrently nope
set nope.x = '1'
select json_array(1)
select '1' is json
select * from json_table('1', '$' columns (a int path '$'))
select interval_field[1][1] from (select array[1] as interval_field) s
`);

/** Queries and changes of PostgreSQL that this engine refuses for what is in them, each as 0A000. */
export const refusedQueries: readonly string[] = linesOf(`
select a, count(*) from u group by rollup (a)
select a, count(*) from u group by cube (a)
select a, count(*) from u group by grouping sets ((a), ())
select grouping(a) from u group by a
select row_number() over (order by k) from u
select sum(k) over w from u window w as (partition by a)
select rank() over () from u
select percentile_cont(0.5) within group (order by k) from u
select mode() within group (order by k) from u
select * from u tablesample bernoulli (10)
select * from t join u using (a) as j order by k
select * from rows from (generate_series(1,2), generate_series(1,3)) as q(x,y)
select * from unnest(array[1,2], array[3,4]) as q(x,y)
select * from xmltable('/a' passing '<a/>' columns x int)
with recursive r(n) as (select 1 union all select n+1 from r where n<3) select * from r
with r as (insert into u values (9,9) returning *) select * from r
with recursive r(n) as (select 1 union all select n+1 from r where n<3) cycle n set c using p select * from r
select * from u for update for share
select row(1,2)
select row(1,2) < row(1,3)
select row(1,null) is null
select row(null,null) is null
select t from t
select (t).a from t
select (t.*) is null from t
select count(t) from t
select count(t.*) from t
select row_to_json(t) from t
select d[1:2] from t order by a
select d[:1] from t order by a
select array[[1,2],[3,4]]
select substring('abc' from 2 for 1), substring('abc' from 'b'), substring('abc' similar 'a#"b#"c' escape '#')
select collation for ('a')
select xmlelement(name a)
select xmlparse(document '<a/>')
select xmlserialize(content '<a/>' as text)
select xmlforest(1 as a)
select xmlpi(name a)
select xmlconcat('<a/>')
select '<a/>' is document
select normalize('a')
select 'a' is normalized
select b'101', x'1F'
select current_date is not null, current_timestamp is not null, localtime is not null, current_time is not null
select concat(variadic array['a','b'])
select concat_ws(',', variadic array['a','b'])
select format('%s', variadic array['a'])
select corr(a, a), regr_slope(a, a) from t
select json_agg(a) from t
select xmlagg('<a/>') from t
select '{"a":1}'::json
select '{"a":1}'::jsonb -> 'a'
select '1.2.3.4'::inet
select '1'::money
select '(1,2)'::point
select '[1,2]'::int4range
select int4range(1,2)
select 'a b'::tsvector
select '1'::bit(3)
select '1'::varbit
select '<a/>'::xml
select '12:00+01'::timetz
select '08:00:2b:01:02:03'::macaddr
select json_build_object('a', 1)
select to_tsvector('a')
select pg_advisory_lock(1)
select pg_notify('a','b')
select lo_create(0)
select to_char(1, '9'), to_number('1', '9'), to_date('2020', 'YYYY'), to_timestamp(0) is not null
select make_date(2020,1,1), make_interval(days => 1)
select has_table_privilege('t', 'select')
select obj_description('t'::regclass)
select pg_get_viewdef('t'::regclass)
select inet_server_port() is null
select pg_read_file('postgresql.conf')
select pg_ls_dir('.')
select pg_create_restore_point('a') is not null
select pg_export_snapshot() is not null
select * from pg_views where false
select * from pg_user where false
select * from pg_sequences where false
select * from information_schema.tables where false
select * from pg_stat_replication where false
select * from pg_cursors where false
select * from pg_timezone_names where false
select * from pg_statistic where false
select * from pg_largeobject where false
select postgres.public.t.a from t limit 0
select sum(a) over (partition by f rows between 1 preceding and current row) from t
select lag(a) over (order by a) from t
`);

/** Statements that it answers, whatever with. */
export const answeredStatements: readonly string[] = linesOf(`
abort
alter index i rename to j
alter table t add column d int
alter table t alter column a set not null
alter table t drop constraint nope
alter table t rename constraint nope to nope2
alter table t rename to t9
alter table t9 rename to t
alter table t rename column a to a9
alter table t rename column a9 to a
analyze t
checkpoint
commit
commit prepared 'nope'
copy t to stdout
create database dbx template template9
create index on t (a)
create table x1 (a int)
create table x13 (a int) using heap
create table x14 (a int) tablespace pg_default
create table x15 (a text collate "C")
create table x16 (a int) with (fillfactor = 50)
create table if not exists x1 (a int)
create table x26 (a int[])
create table x28 (a t)
create table x29 (a nosuchtype)
create table s.x31 (a int)
deallocate nope
delete from only t
delete from t * where false
discard all
discard plans
discard sequences
discard temp
drop database nope
drop index nope
drop table nope
drop table x1 cascade
end
execute nope
explain select 1
explain (generic_plan) select 1
insert into t values (1, 'x') returning *
insert into t default values
insert into t as q values (1, 'x') on conflict do nothing
insert into v values (1)
lock table t
lock table t in access share mode nowait
lock table only t
prepare pp as select 1
prepare transaction 'x'
reindex table t
reindex index nope
release savepoint x
reset work_mem
reset all
rollback
rollback prepared 'nope'
rollback to savepoint x
savepoint x
set work_mem = '1MB'
set local work_mem = '1MB'
set time zone 'UTC'
set time zone local
set names 'UTF8'
set seed to 0.5
set session characteristics as transaction read only
show all
show work_mem
show transaction isolation level
show session authorization
start transaction
rollback
rollback
begin isolation level read uncommitted
rollback
begin read only deferrable
rollback
table t
truncate t
truncate t restart identity
truncate t cascade
truncate only t
update only t set a = 1
update t set (a, b) = row(1, 'x')
update t set a = default
vacuum t
vacuum (parallel 2) t
vacuum freeze
values (1)
`);
