import type { FileClass, Operation } from './operations.js';

/**
 * A fault is a value that prints as one line and parses back from it (print.ts, parse.ts):
 *
 *   kill checkpointer at fdatasync(wal) #3              before its third fdatasync of a WAL file
 *   kill checkpointer at pwrite(data) #3 after          right after the call
 *   kill walwriter at pwrite(wal) #2 torn 4096          after only 4096 bytes of the call reached the file
 *   kill backend#2 at point commit:after-record #1      the backend of client 2, at a named in-memory moment
 *   kill all when backend at fdatasync(wal) #9          everything, when any backend gets there
 *   kill {walwriter, checkpointer} at random +0.350     two processes, 0.35 s after the plan was armed
 *   kill all at cut {checkpointer #12, backend#1 #133}  everything, when each has made that many calls and no more
 *   stall backend at point commit:after-flush #4 for 40 ms
 *   EIO startup at pread(wal) #2
 *
 * `#n` counts the matching calls since the plan was armed, over all processes that match.
 */
export interface ProcessName {
  /** As the target names its process types: `checkpointer`, `backend`. `any` matches every type. */
  readonly type: string;
  /** Backends: the number of the client they serve, from 1. Undefined: any of that type. */
  readonly ordinal?: number;
}

export type KillSet = 'all' | readonly ProcessName[];

export type Site =
  | { readonly kind: 'call'; readonly operation: Operation; readonly fileClass: FileClass; readonly count: number }
  | { readonly kind: 'point'; readonly point: string; readonly count: number }
  /** Any call at all. */
  | { readonly kind: 'any'; readonly count: number };

export type KillMoment = 'before' | 'after' | { readonly tornBytes: number };

/** The calls one process had made when everything stopped. */
export interface CutMember {
  readonly process: ProcessName;
  readonly calls: number;
}

export type Trigger =
  | { readonly kind: 'site'; readonly process: ProcessName; readonly site: Site; readonly moment: KillMoment }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'cut'; readonly members: readonly CutMember[] };

export interface KillFault {
  readonly kind: 'kill';
  /** Absent: the process that reaches the site. */
  readonly victims?: KillSet;
  readonly trigger: Trigger;
}

export interface StallFault {
  readonly kind: 'stall';
  readonly process: ProcessName;
  readonly site: Site;
  readonly milliseconds: number;
}

/** The call fails with this error instead of being made. */
export interface ErrorFault {
  readonly kind: 'error';
  readonly code: ErrorCode;
  readonly process: ProcessName;
  readonly site: Site;
}

export const ERROR_CODES = ['EIO', 'ENOSPC', 'EMFILE'] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export type Fault = KillFault | StallFault | ErrorFault;

export function isKill(fault: Fault): fault is KillFault {
  return fault.kind === 'kill';
}

export function matchesProcess(name: ProcessName, type: string, ordinal: number): boolean {
  return (name.type === 'any' || name.type === type) && (name.ordinal === undefined || name.ordinal === ordinal);
}

/** The process that has to get somewhere for the fault to fire; undefined when the harness itself fires it. */
export function triggerOf(fault: Fault): { process: ProcessName; site: Site; moment: KillMoment } | undefined {
  if (fault.kind !== 'kill') return { process: fault.process, site: fault.site, moment: 'before' };
  return fault.trigger.kind === 'site' ? fault.trigger : undefined;
}
