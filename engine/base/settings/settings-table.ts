/**
 * Every setting (GUC) of the engine, under PostgreSQL's names, units and limits (utils/misc/guc.c).
 *
 * `context` says when it may change: `internal` never, `postmaster` at server start, `sighup` on reload,
 * `superuser` and `user` in a session. Numbers are kept in `unit`; text may carry any unit of the same family.
 */
export type SettingContext = 'internal' | 'postmaster' | 'sighup' | 'superuser' | 'user';
export type SettingUnit = '8kB' | 'kB' | 'MB' | 'B' | 'ms' | 's' | 'min';

interface Common {
  readonly context: SettingContext;
  readonly about: string;
  /** Sent to the client as ParameterStatus whenever it changes. */
  readonly reported?: boolean;
}
export type SettingDefinition =
  | (Common & { readonly kind: 'bool'; readonly default: boolean })
  | (Common & {
      readonly kind: 'int' | 'real';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly unit?: SettingUnit;
    })
  | (Common & { readonly kind: 'string'; readonly default: string })
  | (Common & { readonly kind: 'enum'; readonly default: string; readonly values: readonly string[] });

const INT_MAX = 2147483647;
/** log_min_messages' order: LOG stands above ERROR, since it is for the administrator (elog.h). */
export const LOG_LEVELS = [
  'debug5',
  'debug4',
  'debug3',
  'debug2',
  'debug1',
  'info',
  'notice',
  'warning',
  'error',
  'log',
  'fatal',
  'panic',
];

export const settingsTable = {
  // Connections
  listen_addresses: {
    kind: 'string',
    default: '127.0.0.1',
    context: 'postmaster',
    about: 'Host name or IP addresses to listen to.',
  },
  port: {
    kind: 'int',
    default: 5432,
    min: 0,
    max: 65535,
    context: 'postmaster',
    about: 'TCP port the server listens on.',
  },
  unix_socket_directories: {
    kind: 'string',
    default: '',
    context: 'postmaster',
    about: 'Directory of the Unix socket; empty: `run` in the data directory.',
  },
  max_connections: {
    kind: 'int',
    default: 100,
    min: 1,
    max: 1000,
    context: 'postmaster',
    about: 'Maximum number of concurrent connections.',
  },
  superuser_reserved_connections: {
    kind: 'int',
    default: 3,
    min: 0,
    max: 100,
    context: 'postmaster',
    about: 'Connection slots reserved for superusers.',
  },
  backend_pool_size: {
    kind: 'int',
    default: 4,
    min: 0,
    max: 100,
    context: 'postmaster',
    about: 'Idle backends kept started for new connections.',
  },
  authentication_timeout: {
    kind: 'int',
    default: 60,
    min: 1,
    max: 600,
    unit: 's',
    context: 'sighup',
    about: 'Time a client has to complete authentication.',
  },
  local_auth_method: {
    kind: 'enum',
    default: 'trust',
    values: ['trust', 'scram-sha-256'],
    context: 'postmaster',
    about: 'Authentication on the Unix socket.',
  },
  host_auth_method: {
    kind: 'enum',
    default: 'scram-sha-256',
    values: ['trust', 'scram-sha-256'],
    context: 'postmaster',
    about: 'Authentication over TCP.',
  },
  cluster_name: {
    kind: 'string',
    default: 'crashwright',
    context: 'postmaster',
    about: 'Name of the cluster, in process titles.',
  },
  shared_preload_libraries: {
    kind: 'string',
    default: '',
    context: 'postmaster',
    about: 'Comma-separated module paths loaded into every process at start.',
  },
  // Memory
  shared_buffers: {
    kind: 'int',
    default: 4096,
    min: 16,
    max: 1048576,
    unit: '8kB',
    context: 'postmaster',
    about: 'Number of shared memory buffers.',
  },
  wal_buffers: {
    kind: 'int',
    default: 256,
    min: 4,
    max: 262143,
    unit: '8kB',
    context: 'postmaster',
    about: 'Number of WAL pages in shared memory.',
  },
  work_mem: {
    kind: 'int',
    default: 4096,
    min: 64,
    max: INT_MAX,
    unit: 'kB',
    context: 'user',
    about: 'Memory for sorts and hashes.',
  },
  // WAL
  fsync: { kind: 'bool', default: true, context: 'sighup', about: 'Forces updates to disk.' },
  full_page_writes: {
    kind: 'bool',
    default: true,
    context: 'sighup',
    about: 'Writes full pages to WAL when first changed after a checkpoint.',
  },
  synchronous_commit: {
    kind: 'enum',
    default: 'on',
    values: ['off', 'local', 'remote_write', 'remote_apply', 'on'],
    context: 'user',
    about: 'Whether a commit waits for its WAL to reach disk.',
  },
  wal_writer_delay: {
    kind: 'int',
    default: 200,
    min: 1,
    max: 10000,
    unit: 'ms',
    context: 'sighup',
    about: 'Time between WAL flushes in the WAL writer.',
  },
  wal_writer_flush_after: {
    kind: 'int',
    default: 128,
    min: 0,
    max: INT_MAX,
    unit: '8kB',
    context: 'sighup',
    about: 'WAL written by the WAL writer that triggers a flush.',
  },
  commit_delay: {
    kind: 'int',
    default: 0,
    min: 0,
    max: 100000,
    context: 'superuser',
    about: 'Microseconds between commit and flush.',
  },
  wal_segment_size: {
    kind: 'int',
    default: 16777216,
    min: 1048576,
    max: 1073741824,
    unit: 'B',
    context: 'internal',
    about: 'Size of write-ahead log segments.',
  },
  wal_recycle: { kind: 'bool', default: true, context: 'superuser', about: 'Recycles WAL files by renaming them.' },
  min_wal_size: {
    kind: 'int',
    default: 80,
    min: 2,
    max: INT_MAX,
    unit: 'MB',
    context: 'sighup',
    about: 'WAL kept for recycling.',
  },
  max_wal_size: {
    kind: 'int',
    default: 1024,
    min: 2,
    max: INT_MAX,
    unit: 'MB',
    context: 'sighup',
    about: 'WAL volume that triggers a checkpoint.',
  },
  // Checkpoints and background writing
  checkpoint_timeout: {
    kind: 'int',
    default: 300,
    min: 1,
    max: 86400,
    unit: 's',
    context: 'sighup',
    about: 'Maximum time between automatic checkpoints.',
  },
  checkpoint_completion_target: {
    kind: 'real',
    default: 0.9,
    min: 0,
    max: 1,
    context: 'sighup',
    about: 'Part of the checkpoint interval spent writing dirty buffers.',
  },
  log_checkpoints: { kind: 'bool', default: true, context: 'sighup', about: 'Logs each checkpoint.' },
  bgwriter_delay: {
    kind: 'int',
    default: 200,
    min: 10,
    max: 10000,
    unit: 'ms',
    context: 'sighup',
    about: 'Background writer sleep time between rounds.',
  },
  bgwriter_lru_maxpages: {
    kind: 'int',
    default: 100,
    min: 0,
    max: 1073741823,
    context: 'sighup',
    about: 'Most pages the background writer writes in a round.',
  },
  bgwriter_lru_multiplier: {
    kind: 'real',
    default: 2,
    min: 0,
    max: 10,
    context: 'sighup',
    about: 'Multiple of the average buffer usage to free per round.',
  },
  restart_after_crash: {
    kind: 'bool',
    default: true,
    context: 'sighup',
    about: 'Reinitialise the server after a backend crash.',
  },
  // Locks and statements
  deadlock_timeout: {
    kind: 'int',
    default: 1000,
    min: 1,
    max: INT_MAX,
    unit: 'ms',
    context: 'superuser',
    about: 'Time to wait on a lock before checking for deadlock.',
  },
  lock_timeout: {
    kind: 'int',
    default: 0,
    min: 0,
    max: INT_MAX,
    unit: 'ms',
    context: 'user',
    about: 'Maximum wait for a lock, 0: none.',
  },
  statement_timeout: {
    kind: 'int',
    default: 0,
    min: 0,
    max: INT_MAX,
    unit: 'ms',
    context: 'user',
    about: 'Maximum duration of a statement, 0: none.',
  },
  max_locks_per_transaction: {
    kind: 'int',
    default: 64,
    min: 10,
    max: INT_MAX,
    context: 'postmaster',
    about: 'Size of the shared lock table, per connection.',
  },
  default_transaction_isolation: {
    kind: 'enum',
    default: 'read committed',
    values: ['serializable', 'repeatable read', 'read committed', 'read uncommitted'],
    context: 'user',
    about: 'Isolation level of each new transaction.',
  },
  transaction_isolation: {
    kind: 'enum',
    default: 'read committed',
    values: ['serializable', 'repeatable read', 'read committed', 'read uncommitted'],
    context: 'user',
    about: 'Isolation level of the current transaction.',
  },
  default_transaction_read_only: {
    kind: 'bool',
    default: false,
    context: 'user',
    about: 'Read-only status of new transactions.',
  },
  transaction_read_only: {
    kind: 'bool',
    default: false,
    context: 'user',
    about: 'Read-only status of the current transaction.',
  },
  // Transaction ids
  autovacuum_freeze_max_age: {
    kind: 'int',
    default: 200_000_000,
    min: 100,
    max: 2_000_000_000,
    context: 'postmaster',
    about: 'Age at which to autovacuum a table to prevent transaction ID wraparound.',
  },
  vacuum_freeze_min_age: {
    kind: 'int',
    default: 50_000_000,
    min: 0,
    max: 1_000_000_000,
    context: 'user',
    about: 'Minimum age at which VACUUM should freeze a table row.',
  },
  vacuum_freeze_table_age: {
    kind: 'int',
    default: 150_000_000,
    min: 0,
    max: 2_000_000_000,
    context: 'user',
    about: 'Age at which VACUUM should scan whole table to freeze tuples.',
  },
  vacuum_failsafe_age: {
    kind: 'int',
    default: 1_600_000_000,
    min: 0,
    max: 2_100_000_000,
    context: 'user',
    about: 'Age at which VACUUM should trigger failsafe to avoid a wraparound outage.',
  },
  xid_warn_margin: {
    kind: 'int',
    default: 40_000_000,
    min: 1,
    max: 2_147_483_000,
    context: 'postmaster',
    about: 'Transaction ids left before wraparound when warnings begin.',
  },
  xid_stop_margin: {
    kind: 'int',
    default: 3_000_000,
    min: 1,
    max: 2_147_483_000,
    context: 'postmaster',
    about: 'Transaction ids left before wraparound when no more are assigned.',
  },
  // Logging
  log_min_messages: {
    kind: 'enum',
    default: 'warning',
    values: LOG_LEVELS,
    context: 'superuser',
    about: 'Message levels that are logged.',
  },
  client_min_messages: {
    kind: 'enum',
    default: 'notice',
    values: LOG_LEVELS,
    context: 'user',
    about: 'Message levels sent to the client.',
  },
  log_line_prefix: { kind: 'string', default: '%m [%p] ', context: 'sighup', about: 'Prefix of each log line.' },
  // Client facing
  application_name: {
    kind: 'string',
    default: '',
    context: 'user',
    reported: true,
    about: 'Application name in pg_stat_activity.',
  },
  client_encoding: {
    kind: 'string',
    default: 'UTF8',
    context: 'user',
    reported: true,
    about: "The client's character set encoding.",
  },
  DateStyle: {
    kind: 'string',
    default: 'ISO, MDY',
    context: 'user',
    reported: true,
    about: 'Display format of dates.',
  },
  IntervalStyle: {
    kind: 'enum',
    default: 'postgres',
    values: ['postgres'],
    context: 'user',
    reported: true,
    about: 'Display format of intervals.',
  },
  TimeZone: {
    kind: 'string',
    default: 'UTC',
    context: 'user',
    reported: true,
    about: 'Time zone for displaying timestamps.',
  },
  bytea_output: { kind: 'enum', default: 'hex', values: ['hex'], context: 'user', about: 'Output format of bytea.' },
  extra_float_digits: {
    kind: 'int',
    default: 1,
    min: -15,
    max: 3,
    context: 'user',
    about: 'Digits of floating-point output.',
  },
  search_path: {
    kind: 'string',
    default: '"$user", public',
    context: 'user',
    about: 'Schemas searched for unqualified names.',
  },
  standard_conforming_strings: {
    kind: 'bool',
    default: true,
    context: 'user',
    reported: true,
    about: 'Backslashes in ordinary strings are literal.',
  },
  // Read-only facts
  server_version: { kind: 'string', default: '15.0', context: 'internal', reported: true, about: 'Server version.' },
  server_version_num: {
    kind: 'int',
    default: 150000,
    min: 150000,
    max: 150000,
    context: 'internal',
    about: 'Server version as an integer.',
  },
  server_encoding: {
    kind: 'string',
    default: 'UTF8',
    context: 'internal',
    reported: true,
    about: 'Character set of the database.',
  },
  integer_datetimes: { kind: 'bool', default: true, context: 'internal', reported: true, about: 'Dates are integers.' },
  is_superuser: {
    kind: 'bool',
    default: true,
    context: 'internal',
    reported: true,
    about: 'Whether the current user is a superuser.',
  },
  session_authorization: {
    kind: 'string',
    default: '',
    context: 'internal',
    reported: true,
    about: 'The session user.',
  },
  block_size: {
    kind: 'int',
    default: 8192,
    min: 8192,
    max: 8192,
    unit: 'B',
    context: 'internal',
    about: 'Size of a disk block.',
  },
  data_checksums: { kind: 'bool', default: true, context: 'internal', about: 'Whether data checksums are on.' },
  data_directory: { kind: 'string', default: '', context: 'internal', about: "The server's data directory." },
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof settingsTable;
type Table = typeof settingsTable;
export type SettingValue<N extends SettingName> = Table[N]['kind'] extends 'bool'
  ? boolean
  : Table[N]['kind'] extends 'int' | 'real'
    ? number
    : string;
