import { CALL_KINDS } from '../faults/operations.js';

/**
 * The trace area: one mapped file per cycle, shared by the harness and every process of the target. Words of 32 bits.
 *
 *   0       header       magic, version, sequence, counts, plan generation
 *   4096    plan         the armed faults, one per line
 *   24576   faults       per fault: matches and firings so far, sequence and pid of the first firing
 *   32768   points       the in-memory points seen so far: hash of the name, name
 *   49152   processes    per process: identity, calls made, counters per call kind and per point
 *
 * The kernel keeps the file when every process is killed, so the harness reads exactly how far each had come. For the
 * same reason there is no lock in it: its holder might be killed. Every change is one atomic store, or can be done again.
 *
 * The sequence is the total order: every counted call and every client event takes its number from it. A full trace
 * (payloads, results) appends entries to one file per process next to this one, each with the sequence at its start and
 * at its end; this area then stays the authority for the order and for what was in flight.
 */
export const MAGIC = 0x52545743;
export const LAYOUT_VERSION = 3;

export const Header = {
  magic: 0,
  version: 1,
  sequence: 2,
  processes: 3,
  planGeneration: 4,
} as const;

export const PLAN_AT = 4096;
export const PLAN_BYTES = 20480;

export const FAULTS_AT = 24576;
export const MAX_FAULTS = 128;
export const FAULT_WORDS = 16;
export const FaultWord = { firings: 0, matches: 1, sequence: 2, pid: 3 } as const;

export const POINTS_AT = 32768;
export const POINT_BYTES = 128;
/** Follows the hash, which claims the entry. */
export const POINT_NAME_AT = 4;
export const MAX_POINTS = 128;

export const PROCESSES_AT = 49152;
export const PROCESS_WORDS = 256;
export const MAX_PROCESSES = 2048;
export const TYPE_BYTES = 32;
export const ProcessWord = {
  pid: 0,
  /** Backends: the number of the client they serve, written by the harness. */
  ordinal: 1,
  /** Start time in clock ticks since boot (/proc/PID/stat), so that a reused pid is not mistaken for the process. */
  startTicks: 2,
  ended: 3,
  /** Calls begun since the plan was armed. */
  calls: 4,
  /** 1 while a call is being made. */
  inCall: 5,
  /** Index of the last call's kind + 1; 0 before the first. */
  lastCall: 6,
  lastSequence: 7,
  type: 8,
  counters: 16,
  points: 128,
} as const;

export const TRACE_BYTES = PROCESSES_AT + 4 * PROCESS_WORDS * MAX_PROCESSES;

if (ProcessWord.counters + CALL_KINDS > ProcessWord.points) throw new Error('trace layout: too many kinds of calls');
