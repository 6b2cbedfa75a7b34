import type { Case } from './case.js';

/** Ages, states and snapshots of transactions. Answers are PostgreSQL 15's. */
export const xidsCases: readonly Case[] = [
  [
    `select age('2'::xid), age('0'::xid), mxid_age('0'), mxid_age('1') >= 0`,
    `age:integer|age:integer|mxid_age:integer|?column?:boolean
2147483647|2147483647|2147483647|t
SELECT 1`,
  ],
  [
    `select age(datfrozenxid) >= 0 from pg_database where datname = 'template1'`,
    `?column?:boolean
t
SELECT 1`,
  ],
  [
    `select txid_status(1), txid_status(2), txid_status(0)`,
    `txid_status:text|txid_status:text|txid_status:text
committed|committed|∅
SELECT 1`,
  ],
  [
    `select pg_xact_status('18446744073709551615')`,
    `ERROR 22023: transaction ID 18446744073709551615 is in the future`,
  ],
  [`begin`, `BEGIN`],
  [
    `select txid_current_if_assigned() is null, pg_current_xact_id_if_assigned() is null`,
    `?column?:boolean|?column?:boolean
t|t
SELECT 1`,
  ],
  [
    `select txid_current() = txid_current(), pg_current_xact_id() = pg_current_xact_id(), age(pg_current_xact_id()::xid)`,
    `?column?:boolean|?column?:boolean|age:integer
t|t|0
SELECT 1`,
  ],
  [
    `select txid_status(txid_current()), pg_xact_status(pg_current_xact_id())`,
    `txid_status:text|pg_xact_status:text
in progress|in progress
SELECT 1`,
  ],
  [
    `select txid_visible_in_snapshot(txid_current(), txid_current_snapshot()), pg_visible_in_snapshot('2', pg_current_snapshot())`,
    `txid_visible_in_snapshot:boolean|pg_visible_in_snapshot:boolean
f|t
SELECT 1`,
  ],
  [
    `select pg_snapshot_xmin(pg_current_snapshot()) <= pg_snapshot_xmax(pg_current_snapshot()), txid_snapshot_xmin(txid_current_snapshot()) <= txid_current()`,
    `?column?:boolean|?column?:boolean
t|t
SELECT 1`,
  ],
  [`commit`, `COMMIT`],
  [
    `select '12:18:14,16'::pg_snapshot, '12:16:14,14'::txid_snapshot, pg_typeof(pg_current_snapshot()), pg_typeof(txid_current_snapshot())`,
    `pg_snapshot:pg_snapshot|txid_snapshot:txid_snapshot|pg_typeof:regtype|pg_typeof:regtype
12:18:14,16|12:16:14|pg_snapshot|txid_snapshot
SELECT 1`,
  ],
  [
    `select pg_snapshot_xip('12:18:14,16'), txid_snapshot_xip('12:18:14,16')`,
    `pg_snapshot_xip:xid8|txid_snapshot_xip:bigint
14|14
16|16
SELECT 2`,
  ],
  [
    `select * from pg_snapshot_xip('100:150:101,111')`,
    `pg_snapshot_xip:xid8
101
111
SELECT 2`,
  ],
  [
    `select id, pg_visible_in_snapshot(id::text::xid8, '12:20:13,15') from generate_series(11, 21) id`,
    `id:integer|pg_visible_in_snapshot:boolean
11|t
12|t
13|f
14|t
15|f
16|t
17|t
18|t
19|t
20|f
21|f
SELECT 11`,
  ],
  [`select '31:12:'::pg_snapshot`, `ERROR 22P02: invalid input syntax for type pg_snapshot: "31:12:" @8`],
  [`select '0:1:'::txid_snapshot`, `ERROR 22P02: invalid input syntax for type pg_snapshot: "0:1:" @8`],
  [`select '12:16:14,13'::pg_snapshot`, `ERROR 22P02: invalid input syntax for type pg_snapshot: "12:16:14,13" @8`],
  [
    `select pg_snapshot_xmin('12:18:14,16'), txid_snapshot_xmax('12:18:14,16')`,
    `pg_snapshot_xmin:xid8|txid_snapshot_xmax:bigint
12|18
SELECT 1`,
  ],
  [
    `select pg_typeof(next_xid), pg_typeof(oldest_xid), pg_typeof(oldest_xid_dbid), pg_typeof(checkpoint_time), pg_typeof(full_page_writes) from pg_control_checkpoint()`,
    `pg_typeof:regtype|pg_typeof:regtype|pg_typeof:regtype|pg_typeof:regtype|pg_typeof:regtype
text|xid|oid|timestamp with time zone|boolean
SELECT 1`,
  ],
  [
    `select oldest_xid_dbid, oldest_multi_dbid, oldest_commit_ts_xid, next_multixact_id, next_multi_offset, split_part(next_xid, ':', 1) from pg_control_checkpoint()`,
    `oldest_xid_dbid:oid|oldest_multi_dbid:oid|oldest_commit_ts_xid:xid|next_multixact_id:xid|next_multi_offset:xid|split_part:text
1|1|0|1|0|0
SELECT 1`,
  ],
];
