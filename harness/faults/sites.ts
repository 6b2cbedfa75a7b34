import type { Feature } from '../workloads/workload.js';
import type { FileClass, Operation } from './operations.js';

/** A place worth a fault, and how often it is passed in a short round: counts are drawn from 1 to `upTo`. */
export type SiteEntry =
  | { readonly process: string; readonly operation: Operation; readonly fileClass: FileClass; readonly upTo: number }
  | { readonly process: string; readonly point: string; readonly upTo: number };

function call(process: string, operation: Operation, fileClass: FileClass, upTo: number): SiteEntry {
  return { process, operation, fileClass, upTo };
}

function point(process: string, name: string, upTo: number): SiteEntry {
  return { process, point: name, upTo };
}

export const killSites: readonly SiteEntry[] = [
  call('backend', 'pwrite', 'wal', 60),
  call('backend', 'pwrite', 'wal', 60),
  call('backend', 'fdatasync', 'wal', 60),
  call('backend', 'pwrite', 'data', 30),
  point('backend', 'commit:before-record', 60),
  point('backend', 'commit:after-record', 60),
  point('backend', 'commit:after-flush', 60),
  point('backend', 'commit:after-commit-log', 60),
  point('backend', 'wal:inserted', 300),
  point('backend', 'buffer:after-write', 30),
  call('checkpointer', 'pwrite', 'data', 40),
  call('checkpointer', 'fsync', 'data', 6),
  call('checkpointer', 'pwrite', 'clog', 3),
  call('checkpointer', 'pwrite', 'control', 3),
  call('checkpointer', 'fsync', 'control', 3),
  call('checkpointer', 'rename', 'wal', 2),
  point('checkpointer', 'sync:before-fsync', 6),
  point('checkpointer', 'checkpoint:redo-fixed', 4),
  point('checkpointer', 'checkpoint:buffers-written', 4),
  point('checkpointer', 'checkpoint:before-control-file', 4),
  point('checkpointer', 'checkpoint:after-control-file', 4),
  point('checkpointer', 'checkpoint:done', 4),
  call('walwriter', 'pwrite', 'wal', 5),
  call('walwriter', 'fdatasync', 'wal', 5),
  call('bgwriter', 'pwrite', 'data', 10),
];

/** Places that only workloads which need a feature come to. */
export const featureSites: Readonly<Partial<Record<Feature, readonly SiteEntry[]>>> = {
  indexes: [point('backend', 'btree:page-split', 10)],
  vacuum: [
    point('backend', 'vacuum:stubs-found', 4),
    point('backend', 'vacuum:index-done', 4),
    point('backend', 'vacuum:stubs-freed', 4),
    point('backend', 'truncate:logged', 2),
    point('backend', 'truncate:pages-forgotten', 2),
    call('backend', 'ftruncate', 'data', 2),
    call('autovacworker', 'pwrite', 'wal', 8),
    call('autovacworker', 'pwrite', 'data', 8),
  ],
  'two-phase': [
    point('backend', 'prepare:before-record', 8),
    point('backend', 'prepare:after-record', 8),
    point('backend', 'prepare:after-flush', 8),
    point('backend', 'finish-prepared:before-record', 8),
    point('backend', 'finish-prepared:after-record', 8),
    point('backend', 'finish-prepared:after-flush', 8),
    call('backend', 'unlink', 'twophase', 2),
    call('checkpointer', 'pwrite', 'twophase', 4),
    call('checkpointer', 'rename', 'twophase', 4),
    point('checkpointer', 'checkpoint:prepared-written', 4),
  ],
  'xid-jumps': [
    point('backend', 'commit-log:truncation-logged', 1),
    call('backend', 'unlink', 'clog', 1),
    call('backend', 'pwrite', 'clog', 3),
  ],
};

export const recoverySites: readonly SiteEntry[] = [
  call('startup', 'pread', 'wal', 20),
  call('startup', 'pwrite', 'data', 10),
  call('startup', 'fsync', 'data', 3),
  call('startup', 'pwrite', 'wal', 1),
  call('startup', 'pwrite', 'control', 2),
  point('startup', 'recovery:record-replayed', 200),
  point('startup', 'recovery:redo-done', 1),
  point('startup', 'checkpoint:before-control-file', 1),
];

export const stallSites: readonly SiteEntry[] = [
  point('backend', 'commit:after-record', 8),
  point('backend', 'commit:after-flush', 8),
  point('backend', 'commit:after-commit-log', 8),
  point('backend', 'wal:inserted', 40),
  point('backend', 'buffer:before-write', 4),
  call('backend', 'fdatasync', 'wal', 8),
  call('backend', 'pwrite', 'wal', 8),
  call('checkpointer', 'pwrite', 'data', 8),
  call('checkpointer', 'pwrite', 'control', 2),
  point('checkpointer', 'checkpoint:redo-fixed', 3),
  point('checkpointer', 'checkpoint:buffers-written', 3),
  call('walwriter', 'pwrite', 'wal', 3),
];
