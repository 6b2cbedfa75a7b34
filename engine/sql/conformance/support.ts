import { types } from '../types/type-table.js';
import { builtInViews } from '../views/view-table.js';

/** A statement, or one with what the client sends to its COPY. */
export type Example = string | readonly [sql: string, data: string];

/** A row of the table of supported SQL. Its examples are run in order, row after row, in one session. */
export interface SupportRow {
  readonly group: string;
  readonly has: string;
  /** What PostgreSQL has of it and the engine refuses with 0A000. */
  readonly lacks: string;
  readonly runs: readonly Example[];
  readonly refused: readonly string[];
}

const scalarTypes = [...types.all()].filter(({ row, name }) => row.kind === 'b' && !name.startsWith('_'));

const views = builtInViews.map(({ name }) => name);

/** The SQL that the engine has. The README's table is made from this, and a test holds the engine to it. */
export const supportRows: readonly SupportRow[] = [
  {
    group: 'Queries',
    has: '`SELECT`, `VALUES`, `TABLE`; `WITH`; `UNION`, `INTERSECT`, `EXCEPT`; `EXPLAIN` of them (`ANALYZE`; plans without costs)',
    lacks: '`WITH RECURSIVE`, changes in `WITH`, `SELECT INTO`, cursors, `EXPLAIN` in other formats than text',
    runs: [
      'create table t (a int primary key, b text, c int[])',
      `insert into t values (1, 'x', '{1,2}'), (2, 'y', null), (3, null, '{}')`,
      'with w as (select a from t) select * from w union all values (7) except select 2 order by 1',
      'table t',
      'explain (analyze, costs off) select * from t where a = 1',
    ],
    refused: [
      'with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) select * from r',
      'with d as (delete from t returning *) select * from d',
      'select a into t9 from t',
      'declare k cursor for select 1',
      'explain (format json) select 1',
    ],
  },
  {
    group: 'Joins and FROM',
    has: 'inner and outer joins with `ON`, `USING`, `NATURAL`; subqueries; `LATERAL`; functions, `WITH ORDINALITY`',
    lacks: '`TABLESAMPLE`, `ROWS FROM`, column definition lists, an alias of `USING`',
    runs: [
      'select * from t natural join t as u left join (values (1)) v(n) on n = a full join t as w using (a)',
      'select * from t, lateral (select a + 1) as s(n) left join generate_series(1, 3) with ordinality as g(x, o) on x = n',
    ],
    refused: [
      'select * from t tablesample system (10)',
      'select * from rows from (generate_series(1, 2), generate_series(1, 3)) as g(x, y)',
      'select * from t join t as u using (a) as j',
    ],
  },
  {
    group: 'Clauses',
    has: '`WHERE`; `GROUP BY`, `HAVING`; aggregates with `DISTINCT`, `ORDER BY`, `FILTER`; `DISTINCT [ON]`; `ORDER BY`; `LIMIT`, `OFFSET`, `FETCH FIRST ... WITH TIES`; `FOR [NO KEY] UPDATE`, `FOR [KEY] SHARE`, with `NOWAIT`, `SKIP LOCKED`',
    lacks: 'window functions; `GROUPING SETS`, `ROLLUP`, `CUBE`; `WITHIN GROUP`; more than one locking clause',
    runs: [
      'select b, count(*), string_agg(a::text, $$,$$ order by a desc) filter (where a > 1) from t group by b having count(*) > 0',
      'select distinct on (b) a, b from t order by b nulls first, a desc fetch first 2 rows with ties',
      'select * from t where a = 1 for no key update skip locked',
    ],
    refused: [
      'select sum(a) over () from t',
      'select a from t group by rollup (a)',
      'select percentile_cont(0.5) within group (order by a) from t',
      'select * from t for update for share',
    ],
  },
  {
    group: 'Expressions',
    has: 'operators; `CASE`, `COALESCE`, `NULLIF`, `GREATEST`, `LEAST`; `IN`, `ANY`, `ALL`, `EXISTS`; `BETWEEN`, `LIKE`, `SIMILAR TO`, regular expressions; scalar and array subqueries; `ARRAY[]`, subscripts; casts',
    lacks:
      'row values beyond comparing them, array slices, arrays of arrays written as `ARRAY[]`, XML and JSON, named arguments',
    runs: [
      `select case a when 1 then 'one' else b end, (a, b) in ((1, 'x')), a = any (array[1, 2]), c[1], b ~ '^x', exists (select 1) from t`,
      `select cast('12' as numeric(4, 1)), array(select a from t), 'x' similar to '_', greatest(1, null, 3)`,
    ],
    refused: [
      'select row(1, 2)',
      'select c[1:2] from t',
      'select array[[1], [2]]',
      `select '1' is json`,
      'select abs(x => 1)',
    ],
  },
  {
    group: 'Changes',
    has: '`INSERT` of values, queries and `DEFAULT`; `ON CONFLICT DO NOTHING` and `DO UPDATE`; `UPDATE ... FROM`, `DELETE ... USING`; `RETURNING`; `TRUNCATE`',
    lacks: '`MERGE`, `OVERRIDING`, assignments to parts of a column or from a row of a subquery, `WHERE CURRENT OF`',
    runs: [
      `insert into t (a, b) values (1, 'z'), (4, default) on conflict (a) do update set b = excluded.b where t.b = 'x' returning *`,
      `update t set b = v.b from (values (2, 'w')) v(a, b) where t.a = v.a returning t.*`,
      'delete from t using t as u where t.a = u.a and u.a = 4',
      'create table scratch (a int)',
      'truncate scratch',
    ],
    refused: [
      'merge into t using t as u on t.a = u.a when matched then delete',
      'update t set c[1] = 1',
      'update t set (a, b) = (select 1, $$x$$)',
      'insert into t overriding user value values (9)',
    ],
  },
  {
    group: 'Tables',
    has: '`CREATE TABLE` with defaults, `ALTER TABLE` (`ADD COLUMN` without constraint or default, `SET NOT NULL`, `ADD`/`DROP CONSTRAINT` for keys, `RENAME`), `DROP TABLE`; storage parameters',
    lacks:
      'temporary, unlogged and partitioned tables, inheritance, `LIKE`, `CREATE TABLE AS`, generated columns, identity and serial columns, other forms of `ALTER TABLE`, tablespaces',
    runs: [
      'create table if not exists s (a int default 1 + 1, b numeric(8, 2)) with (fillfactor = 70)',
      'alter table s add column d text',
      'alter table s alter column a set not null',
      'alter table s rename column d to e',
      'drop table s, scratch',
    ],
    refused: [
      'create temp table x (a int)',
      'create unlogged table x (a int)',
      'create table x (a int) partition by range (a)',
      'create table x () inherits (t)',
      'create table x (like t)',
      'create table x as select 1',
      'create table x (a serial)',
      'create table x (a int generated always as identity)',
      'alter table t drop column b',
      'alter table t alter column a type bigint',
      'alter table t add column z int default 5',
    ],
  },
  {
    group: 'Constraints',
    has: '`NOT NULL`, `CHECK`, `PRIMARY KEY`, `UNIQUE` (`NULLS NOT DISTINCT`, `INCLUDE`, `USING INDEX`)',
    lacks: 'foreign keys, `EXCLUDE`, deferrable constraints, `ADD CHECK` to a table that exists',
    runs: [
      'create table k (a int primary key, b int unique nulls not distinct, c int not null check (c > 0), unique (b, c) include (a))',
      'drop table k',
    ],
    refused: [
      'create table x (a int references t)',
      'create table x (a int unique deferrable)',
      'create table x (a int, exclude using gist (a with =))',
      'alter table t add check (a > 0)',
    ],
  },
  {
    group: 'Indexes',
    has: 'B-trees, `UNIQUE`, of several columns, `DESC`, `NULLS FIRST`, `INCLUDE`; index scans, index-only and bitmap scans; `ALTER INDEX ... RENAME`, `REINDEX` of an index or table, `DROP INDEX`',
    lacks: 'other access methods, partial indexes, indexes on expressions, other operator classes, `CONCURRENTLY`',
    runs: [
      'create unique index i on t (a desc nulls last, b) include (c)',
      'alter index i rename to j',
      'reindex table t',
      'drop index j',
    ],
    refused: [
      'create index on t using hash (a)',
      'create index on t (b) where a > 1',
      'create index on t (lower(b))',
      'create index concurrently on t (b)',
      'reindex database postgres',
    ],
  },
  {
    group: 'Data types',
    has: scalarTypes.map(({ oid }) => `\`${types.format(oid)}\``).join(', ') + '; arrays of them',
    lacks:
      'JSON, XML, bit strings, `money`, network, geometric, range and text search types, `time with time zone`; types of your own',
    runs: [
      `select 1.5::numeric, '{1,NULL}'::int[], '\\xff'::bytea, '1 day'::interval, now(), 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid`,
    ],
    refused: [
      `select '{}'::json`,
      `select '1.2.3.4'::inet`,
      `select b'1'`,
      'create type mood as enum ($$sad$$)',
      'create domain d as int',
    ],
  },
  {
    group: 'Transactions',
    has: '`BEGIN`, `COMMIT`, `ROLLBACK` (`AND CHAIN`), `SAVEPOINT`, `RELEASE`, `ROLLBACK TO`; `READ ONLY`; two-phase commit; `LOCK TABLE`; isolation levels `READ COMMITTED` (also for `READ UNCOMMITTED`) and `REPEATABLE READ`',
    lacks: '`SERIALIZABLE`, `SET CONSTRAINTS`, imported snapshots, advisory locks',
    runs: [
      'begin isolation level repeatable read; savepoint a; select 1; rollback to a; release a; commit and chain; rollback',
      `begin; lock table t in exclusive mode; insert into t values (8); commit`,
    ],
    refused: [
      'begin isolation level serializable',
      'set constraints all deferred',
      'select pg_advisory_lock(1)',
      'select pg_export_snapshot()',
    ],
  },
  {
    group: 'COPY',
    has: '`FROM STDIN` (`WHERE`, `FREEZE`) and `TO STDOUT` of tables and queries, in text, CSV and binary',
    lacks: 'files and programs of the server, other encodings than UTF-8',
    runs: [
      ['copy t (a, b) from stdin with (format csv, header, null $$-$$) where a < 100', 'a,b\n20,q\n200,r\n'],
      'copy (select * from t order by a) to stdout with (format binary)',
    ],
    refused: [`copy t to '/tmp/t'`, `copy t to program 'cat'`, `copy t to stdout (encoding 'LATIN1')`],
  },
  {
    group: 'Maintenance',
    has: '`VACUUM` (`FREEZE`, `VERBOSE`, `SKIP_LOCKED` and the like), `ANALYZE`, autovacuum; `CHECKPOINT`; `CREATE`, `ALTER` and `DROP DATABASE`',
    lacks: '`VACUUM FULL`, `CLUSTER`, tablespaces',
    runs: [
      'vacuum (freeze, analyze) t',
      'analyze t (a)',
      'checkpoint',
      'create database d',
      'drop database d with (force)',
    ],
    refused: ['vacuum full t', 'cluster', `create tablespace s location '/tmp/s'`],
  },
  {
    group: 'Sessions',
    has: '`SET`, `RESET`, `SHOW`; `PREPARE`, `EXECUTE`, `DEALLOCATE`; `DISCARD`; the simple and the extended protocol',
    lacks: '`LISTEN` and `NOTIFY`, `DO`, `SET ROLE`, `LOAD`, parameters that mean nothing here',
    runs: [
      `set work_mem = '8MB'`,
      'show all',
      'prepare p(int) as select a from t where a = $1',
      'execute p(1)',
      'deallocate p',
      'discard all',
    ],
    refused: ['listen x', 'notify x', 'do $$ begin end $$', 'set role none', 'set jit = off'],
  },
  {
    group: 'Functions',
    has: "PostgreSQL's for numbers, text (`LIKE`, regular expressions, `format`), `bytea`, dates and times, arrays, `generate_series`, `unnest`; aggregates with `stddev`, `string_agg`, `array_agg`; sizes, catalogs, transaction ids, WAL positions, statistics, processes",
    lacks:
      '`to_char`, `to_date`, `to_number`; JSON, XML, text search, large objects, sequences, privileges, files of the server; functions of your own',
    runs: [
      `select round(2.5), format('%s-%L', 1, 'x'), regexp_replace('abc', 'b', 'x'), date_trunc('month', now()), array_length(array[1], 1)`,
      `select stddev(a), array_agg(b), bool_or(a > 1), pg_relation_size('t'), txid_current() > 0, pg_current_wal_lsn() is not null from t`,
    ],
    refused: [
      `select to_char(1, '9')`,
      'select json_build_object($$a$$, 1)',
      `select nextval('s')`,
      `select has_table_privilege('t', 'select')`,
      'create function f() returns int language sql as $$select 1$$',
    ],
  },
  {
    group: 'Views',
    has: `the system catalogs; ${views.map((name) => `\`${name}\``).join(', ')}`,
    lacks: '`CREATE VIEW`, `information_schema`, the catalogs and views of what the engine has not',
    runs: ['select relname from pg_class where oid = 1259', ...views.map((name) => `select count(*) from ${name}`)],
    refused: [
      'create view v as select 1',
      'select * from information_schema.tables',
      'select * from pg_stat_replication',
    ],
  },
  {
    group: 'Other objects',
    has: 'none',
    lacks:
      'schemas, sequences, roles and privileges, rules, triggers, extensions, foreign tables, publications, comments and the like',
    runs: [],
    refused: [
      'create schema s',
      'create sequence s',
      'create role r',
      'grant select on t to public',
      'create trigger g before insert on t for each row execute function f()',
      'create extension x',
      'comment on table t is $$x$$',
    ],
  },
];

const BEGIN = '<!-- sql:begin -->';
const END = '<!-- sql:end -->';

/** The text with the table anew between its marks. */
export function withSupportTable(text: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`no marks ${BEGIN} and ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${supportTable()}\n${text.slice(end)}`;
}

/** Cells are too long for columns that line up. */
function supportTable(): string {
  const rows = supportRows.map(({ group, has, lacks }) => `| ${group} | ${has} | ${lacks} |`);
  const table = ['| | there | not there: 0A000 |', '| --- | --- | --- |', ...rows];
  return ['<!-- prettier-ignore-start -->', '', ...table, '', '<!-- prettier-ignore-end -->'].join('\n');
}
