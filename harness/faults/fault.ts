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
 *   EIO startup at pread(wal) #2                        the call fails and is not made
 *   EIO checkpointer at fsync(data) #1                  fails once: the kernel has forgotten the pages, a retry succeeds
 *   ENOSPC backend at pwrite(data) #3+                  the disk is full from then on
 *   short-write backend at pwrite(data) #3 4096 bytes   so many bytes reach the file, then the disk is full
 *   short-read startup at pread(wal) #2 100 bytes       the call returns so few, as if the file ended there
 *   rot checkpointer at pwrite(data) #3 bit 12345       this bit reaches the file flipped; nobody is told
 *   clock any +3600 s at pwrite(wal) #3                 the wall clock jumps for all that match, and stays so
 *
 *   act pause-checkpointer at +0.120                    what an extension calls so, 0.12 s after the plan was armed
 *
 * Which of the matching calls, counted since the plan was armed over all processes that match:
 *
 *   #3          the third              #3+      the third and every later one
 *   #3..5       the third to fifth     p=0.01/7 each with probability 0.01, drawn from seed 7
 *
 * A kill and a jump of the clock happen once, at the first of them.
 */
export interface ProcessName {
  /** As the target names its process types: `checkpointer`, `backend`. `any` matches every type. */
  readonly type: string;
  /** Backends: the number of the client they serve, from 1. Undefined: any of that type. */
  readonly ordinal?: number;
}

export type KillSet = 'all' | readonly ProcessName[];

/** Which of the matching calls are struck; see occasion.ts. */
export type Occasion =
  /** The n-th, from 1. */
  | { readonly kind: 'nth'; readonly count: number }
  | { readonly kind: 'from'; readonly first: number }
  | { readonly kind: 'range'; readonly first: number; readonly last: number }
  | { readonly kind: 'chance'; readonly probability: number; readonly seed: number };

export interface CallSite {
  readonly kind: 'call';
  readonly operation: Operation;
  readonly fileClass: FileClass;
  readonly occasion: Occasion;
}

export type Site =
  | CallSite
  | { readonly kind: 'point'; readonly point: string; readonly occasion: Occasion }
  /** Any call at all. */
  | { readonly kind: 'any'; readonly occasion: Occasion };

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
  readonly site: Exclude<Site, { kind: 'point' }>;
}

export const ERROR_CODES = ['EIO', 'ENOSPC', 'EMFILE'] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Of a read or write only `bytes` happen, and always fewer than asked for. A write then fails with ENOSPC. */
export interface ShortFault {
  readonly kind: 'short-read' | 'short-write';
  readonly process: ProcessName;
  readonly site: CallSite;
  readonly bytes: number;
}

/** Bit `bit`, modulo the length of the write, reaches the file flipped. */
export interface RotFault {
  readonly kind: 'rot';
  readonly process: ProcessName;
  readonly site: CallSite;
  readonly bit: number;
}

/** From then on the wall clock of every process that matches differs by that much; the monotonic clock does not. */
export interface ClockFault {
  readonly kind: 'clock';
  readonly process: ProcessName;
  readonly seconds: number;
  readonly site: Site;
}

/** An action of an extension, carried out by the harness so long after the plan was armed. */
export interface ActFault {
  readonly kind: 'act';
  readonly name: string;
  readonly seconds: number;
}

/** Faults that a process of the target meets where it gets to some place. */
export type MetFault = StallFault | ErrorFault | ShortFault | RotFault | ClockFault;
export type Fault = KillFault | ActFault | MetFault;

/** The operation a fault of that kind can strike; any, where none is named. */
export const STRUCK_OPERATION = { 'short-read': 'pread', 'short-write': 'pwrite', rot: 'pwrite' } as const;

export function isKill(fault: Fault): fault is KillFault {
  return fault.kind === 'kill';
}

export function happensOnce({ kind }: Fault): boolean {
  return kind === 'kill' || kind === 'clock' || kind === 'act';
}

export function matchesProcess(name: ProcessName, type: string, ordinal: number): boolean {
  return (name.type === 'any' || name.type === type) && (name.ordinal === undefined || name.ordinal === ordinal);
}

/** The process that has to get somewhere for the fault to fire; undefined when the harness itself fires it. */
export function triggerOf(fault: Fault): { process: ProcessName; site: Site; moment: KillMoment } | undefined {
  if (fault.kind === 'act') return undefined;
  if (fault.kind !== 'kill') return { process: fault.process, site: fault.site, moment: 'before' };
  return fault.trigger.kind === 'site' ? fault.trigger : undefined;
}
