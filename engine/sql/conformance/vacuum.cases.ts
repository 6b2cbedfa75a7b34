import type { Case } from './case.js';

/** VACUUM, ANALYZE and what they leave behind. Answers are PostgreSQL 15's, save where ours is 0A000. */
export const vacuumCases: readonly Case[] = [
  [`create table t(a int, b int)`, `CREATE TABLE`],
  [`insert into t select i, i from generate_series(1, 1000) i`, `INSERT 0 1000`],
  [`delete from t where a % 3 = 0`, `DELETE 333`],
  [`vacuum t`, `VACUUM`],
  [
    `select relpages, reltuples, relallvisible, relhasindex from pg_class where relname = 't'`,
    `relpages:integer|reltuples:real|relallvisible:integer|relhasindex:boolean
5|667|5|f
SELECT 1`,
  ],
  [
    `select n_live_tup, n_dead_tup, n_ins_since_vacuum, vacuum_count, last_vacuum is null as never from pg_stat_user_tables where relname = 't'`,
    `n_live_tup:bigint|n_dead_tup:bigint|n_ins_since_vacuum:bigint|vacuum_count:bigint|never:boolean
667|0|0|1|f
SELECT 1`,
  ],
  [
    `analyze verbose t`,
    `INFO: analyzing "public.t"
INFO: "t": scanned 5 of 5 pages, containing 667 live rows and 0 dead rows; 667 rows in sample, 667 estimated total rows
ANALYZE`,
  ],
  [
    `analyze verbose t(b)`,
    `INFO: analyzing "public.t"
INFO: "t": scanned 5 of 5 pages, containing 667 live rows and 0 dead rows; 667 rows in sample, 667 estimated total rows
ANALYZE`,
  ],
  [
    `select analyze_count, autoanalyze_count, n_mod_since_analyze from pg_stat_user_tables where relname = 't'`,
    `analyze_count:bigint|autoanalyze_count:bigint|n_mod_since_analyze:bigint
2|0|0
SELECT 1`,
  ],
  [
    `vacuum (analyze, freeze, index_cleanup off, truncate off, parallel 2, skip_locked, disable_page_skipping) t, t(a)`,
    `VACUUM`,
  ],
  [`vacuum`, `VACUUM`],
  [`analyze`, `ANALYZE`],
  [`vacuum t(a)`, `ERROR 0A000: ANALYZE option must be specified when a column list is provided`],
  [`analyze t(zz)`, `ERROR 42703: column "zz" of relation "t" does not exist`],
  [`analyze t(a,a)`, `ERROR 42701: column "a" of relation "t" appears more than once`],
  [`analyze (freeze) t`, `ERROR 42601: unrecognized ANALYZE option "freeze" @10`],
  [`vacuum (foo) t`, `ERROR 42601: unrecognized VACUUM option "foo" @9`],
  [
    `vacuum (full, disable_page_skipping) t`,
    `ERROR 0A000: VACUUM option DISABLE_PAGE_SKIPPING cannot be used with FULL`,
  ],
  [`vacuum (full, parallel 2) t`, `ERROR 0A000: VACUUM FULL cannot be performed in parallel`],
  [`vacuum full t`, `ERROR 0A000: VACUUM FULL is not supported`],
  [`vacuum (parallel) t`, `ERROR 42601: parallel option requires a value between 0 and 1024 @9`],
  [`vacuum (parallel -3) t`, `ERROR 42601: parallel workers for vacuum must be between 0 and 1024 @9`],
  [`vacuum (parallel foo) t`, `ERROR 42601: parallel requires an integer value`],
  [`vacuum (verbose bar) t`, `ERROR 42601: verbose requires a Boolean value`],
  [`vacuum (index_cleanup x) t`, `ERROR 42601: index_cleanup requires a Boolean value`],
  [`vacuum nosuch`, `ERROR 42P01: relation "nosuch" does not exist`],
  [`vacuum public.nosuch`, `ERROR 42P01: relation "public.nosuch" does not exist`],
  [`vacuum s.nosuch`, `ERROR 3F000: schema "s" does not exist`],
  [
    `vacuum pg_stat_activity`,
    `WARNING: skipping "pg_stat_activity" --- cannot vacuum non-tables or special system tables
VACUUM`,
  ],
  [
    `analyze pg_stat_activity`,
    `WARNING: skipping "pg_stat_activity" --- cannot analyze non-tables or special system tables
ANALYZE`,
  ],
  [`begin`, `BEGIN`],
  [`vacuum t`, `ERROR 25001: VACUUM cannot run inside a transaction block`],
  [`rollback`, `ROLLBACK`],
  [`select 1; vacuum t`, `ERROR 25001: VACUUM cannot run inside a transaction block`],
  [`begin`, `BEGIN`],
  [`insert into t values (1, 1)`, `INSERT 0 1`],
  [`analyze t`, `ANALYZE`],
  [
    `select reltuples from pg_class where relname = 't'`,
    `reltuples:real
668
SELECT 1`,
  ],
  [`rollback`, `ROLLBACK`],
  [`drop table t`, `DROP TABLE`],
  [`create table vi(a int primary key, b int)`, `CREATE TABLE`],
  [`create index vib on vi(b)`, `CREATE INDEX`],
  [`insert into vi select i, i % 10 from generate_series(1, 3000) i`, `INSERT 0 3000`],
  [`delete from vi where a > 1000`, `DELETE 2000`],
  [`vacuum vi`, `VACUUM`],
  [
    `select relname, relpages, reltuples from pg_class where relname in ('vi', 'vi_pkey') order by 1`,
    `relname:name|relpages:integer|reltuples:real
vi|5|1000
vi_pkey|11|1000
SELECT 2`,
  ],
  [
    `select count(*), min(a), max(a) from vi where b = 3`,
    `count:bigint|min:integer|max:integer
100|3|993
SELECT 1`,
  ],
  [`insert into vi select i, i % 10 from generate_series(1001, 3000) i`, `INSERT 0 2000`],
  [
    `select count(*), max(a) from vi where b = 3 and a > 500`,
    `count:bigint|max:integer
250|2993
SELECT 1`,
  ],
  [`begin`, `BEGIN`],
  [`drop index vib`, `DROP INDEX`],
  [`alter table vi drop constraint vi_pkey`, `ALTER TABLE`],
  [`analyze vi`, `ANALYZE`],
  [`rollback`, `ROLLBACK`],
  [
    `insert into vi values (7, 7)`,
    `ERROR 23505: duplicate key value violates unique constraint "vi_pkey" DETAIL Key (a)=(7) already exists.`,
  ],
  [`drop table vi`, `DROP TABLE`],
];
