import { CALL_KINDS, describeCall } from '../faults/operations.js';
import { parseFault } from '../faults/parse.js';
import { printFault } from '../faults/print.js';
import type { Fault } from '../faults/fault.js';
import { count, type Counts } from '../results/counts.js';
import {
  FAULTS_AT,
  FAULT_WORDS,
  FaultWord,
  Header,
  LAYOUT_VERSION,
  MAGIC,
  MAX_FAULTS,
  MAX_POINTS,
  MAX_PROCESSES,
  PLAN_AT,
  PLAN_BYTES,
  POINTS_AT,
  POINT_BYTES,
  POINT_NAME_AT,
  PROCESSES_AT,
  PROCESS_WORDS,
  ProcessWord,
  TRACE_BYTES,
  TYPE_BYTES,
} from './layout.js';
import { createMappedFile, openMappedFile, type MappedFile } from './mapped-file.js';

/** Where one fault stands. */
export interface FaultStatus {
  readonly fault: Fault;
  readonly fired: boolean;
  /** How often; a fault that can happen once only has 0 or 1. */
  readonly firings: number;
  /** Matching calls seen while it could still fire, the firing ones included. */
  readonly matches: number;
  /** Sequence number of the first firing; 0 when there was none. */
  readonly sequence: number;
  readonly pid: number;
}

/** How far one process had come. */
export interface ProcessTrace {
  readonly slot: number;
  readonly pid: number;
  readonly type: string;
  readonly ordinal: number;
  readonly ended: boolean;
  readonly startTicks: number;
  readonly calls: number;
  readonly inCall: boolean;
  /** Index among the call kinds, -1 before the first call. */
  readonly lastCall: number;
  readonly lastSequence: number;
}

/** The shared memory of harness and target: the order of events, the plan, and every process's progress. */
export class TraceArea {
  readonly words: Int32Array;
  private readonly bytes: Buffer;

  private constructor(private readonly file: MappedFile) {
    this.words = new Int32Array(file.buffer);
    this.bytes = Buffer.from(file.buffer);
  }

  static create(path: string): TraceArea {
    return TraceArea.initialised(createMappedFile(path, TRACE_BYTES));
  }

  static open(path: string): TraceArea {
    const area = new TraceArea(openMappedFile(path, TRACE_BYTES));
    if (area.words[Header.magic] !== MAGIC || area.words[Header.version] !== LAYOUT_VERSION) {
      throw new Error(`${path} is not a trace area of this version`);
    }
    return area;
  }

  /** Memory of this process alone, for processes that are simulated inside it. */
  static inMemory(): TraceArea {
    return TraceArea.initialised({ buffer: new ArrayBuffer(TRACE_BYTES), unmap: () => {} });
  }

  private static initialised(file: MappedFile): TraceArea {
    const area = new TraceArea(file);
    area.words[Header.version] = LAYOUT_VERSION;
    area.words[Header.magic] = MAGIC;
    return area;
  }

  close(): void {
    this.file.unmap();
  }

  /** The next place in the total order, from 1. */
  nextSequence(): number {
    return (Atomics.add(this.words, Header.sequence, 1) + 1) >>> 0;
  }

  get sequence(): number {
    return Atomics.load(this.words, Header.sequence) >>> 0;
  }

  get planGeneration(): number {
    return Atomics.load(this.words, Header.planGeneration);
  }

  /** Zeroes every count and puts a new plan in force. Processes notice at their next call. */
  arm(faults: readonly Fault[]): void {
    const text = Buffer.from(faults.map((fault) => `${printFault(fault)}\n`).join(''));
    if (faults.length > MAX_FAULTS || text.length >= PLAN_BYTES) throw new Error('the fault plan is too long');
    this.words.fill(0, FAULTS_AT / 4, FAULTS_AT / 4 + MAX_FAULTS * FAULT_WORDS);
    this.bytes.fill(0, PLAN_AT, PLAN_AT + PLAN_BYTES);
    text.copy(this.bytes, PLAN_AT);
    for (let slot = 0; slot < this.processCount; slot++) {
      const at = this.processAt(slot);
      this.words[at + ProcessWord.calls] = 0;
      this.words[at + ProcessWord.lastCall] = 0;
      this.words.fill(0, at + ProcessWord.counters, at + PROCESS_WORDS);
    }
    Atomics.add(this.words, Header.planGeneration, 1);
  }

  plan(): Fault[] {
    const end = this.bytes.indexOf(0, PLAN_AT);
    const lines = this.bytes.toString('utf8', PLAN_AT, end).split('\n');
    return lines.filter((line) => line !== '').map(parseFault);
  }

  faultWord(index: number): number {
    return FAULTS_AT / 4 + index * FAULT_WORDS;
  }

  /** Adds one match of fault `index`; returns how many there are now. */
  countMatch(index: number): number {
    return Atomics.add(this.words, this.faultWord(index) + FaultWord.matches, 1) + 1;
  }

  /** Marks a fault that happens once as fired; false when it already was. */
  markFired(index: number, pid: number): boolean {
    if (Atomics.compareExchange(this.words, this.faultWord(index) + FaultWord.firings, 0, 1) !== 0) return false;
    this.noteFirstFiring(index, pid);
    return true;
  }

  /** Adds one firing of a fault that may happen often. */
  addFiring(index: number, pid: number): void {
    if (Atomics.add(this.words, this.faultWord(index) + FaultWord.firings, 1) === 0) this.noteFirstFiring(index, pid);
  }

  hasFired(index: number): boolean {
    return Atomics.load(this.words, this.faultWord(index) + FaultWord.firings) > 0;
  }

  matches(index: number): number {
    return Atomics.load(this.words, this.faultWord(index) + FaultWord.matches);
  }

  statuses(): FaultStatus[] {
    return this.plan().map((fault, index) => {
      const word = this.faultWord(index);
      const firings = Atomics.load(this.words, word + FaultWord.firings);
      return {
        fault,
        fired: firings > 0,
        firings,
        matches: this.matches(index),
        sequence: this.words[word + FaultWord.sequence] >>> 0,
        pid: this.words[word + FaultWord.pid],
      };
    });
  }

  private noteFirstFiring(index: number, pid: number): void {
    const word = this.faultWord(index);
    this.words[word + FaultWord.pid] = pid;
    this.words[word + FaultWord.sequence] = this.nextSequence();
  }

  /** Enters a process; returns its slot. */
  enter(type: string, pid: number, startTicks: number): number {
    const slot = Atomics.add(this.words, Header.processes, 1);
    if (slot >= MAX_PROCESSES) throw new Error('trace area: too many processes');
    const at = this.processAt(slot);
    this.bytes.write(type, 4 * (at + ProcessWord.type), TYPE_BYTES - 1);
    this.words[at + ProcessWord.startTicks] = startTicks;
    Atomics.store(this.words, at + ProcessWord.pid, pid);
    return slot;
  }

  processAt(slot: number): number {
    return PROCESSES_AT / 4 + slot * PROCESS_WORDS;
  }

  get processCount(): number {
    return Math.min(Atomics.load(this.words, Header.processes), MAX_PROCESSES);
  }

  processes(): ProcessTrace[] {
    return Array.from({ length: this.processCount }, (_, slot) => this.process(slot)).filter(({ pid }) => pid !== 0);
  }

  process(slot: number): ProcessTrace {
    const at = this.processAt(slot);
    const { words } = this;
    return {
      slot,
      pid: Atomics.load(words, at + ProcessWord.pid),
      type: this.text(4 * (at + ProcessWord.type), TYPE_BYTES),
      ordinal: words[at + ProcessWord.ordinal],
      ended: words[at + ProcessWord.ended] !== 0,
      startTicks: words[at + ProcessWord.startTicks],
      calls: Atomics.load(words, at + ProcessWord.calls),
      inCall: words[at + ProcessWord.inCall] !== 0,
      lastCall: words[at + ProcessWord.lastCall] - 1,
      lastSequence: words[at + ProcessWord.lastSequence] >>> 0,
    };
  }

  /** Says which client the process serves; counted from then on. */
  label(pid: number, ordinal: number): boolean {
    const found = this.processes().findLast((process) => process.pid === pid);
    if (found) Atomics.store(this.words, this.processAt(found.slot) + ProcessWord.ordinal, ordinal);
    return found !== undefined;
  }

  /** The number of a named point, entered when it is new; -1 when the table is full. */
  pointIndex(name: string): number {
    const hash = hashOf(name);
    for (let index = 0; index < MAX_POINTS; index++) {
      const found = Atomics.compareExchange(this.words, pointAt(index) / 4, 0, hash);
      if (found !== 0 && found !== hash) continue;
      // Also when it was there: whoever claimed the entry may have been killed before it wrote the name.
      this.bytes.write(name, pointAt(index) + POINT_NAME_AT, POINT_BYTES - POINT_NAME_AT - 1);
      return index;
    }
    return -1;
  }

  /** By number; empty where a process was killed between claiming the entry and writing the name. */
  points(): string[] {
    const names: string[] = [];
    while (names.length < MAX_POINTS && Atomics.load(this.words, pointAt(names.length) / 4) !== 0) {
      names.push(this.text(pointAt(names.length) + POINT_NAME_AT, POINT_BYTES - POINT_NAME_AT));
    }
    return names;
  }

  /** How often processes of each type came to each call and each point since the plan was armed: `startup pread(wal)`. */
  passes(): Counts {
    const passes: Counts = {};
    const points = this.points();
    for (const { slot, type } of this.processes()) {
      const at = this.processAt(slot);
      for (let kind = 0; kind < CALL_KINDS; kind++) {
        const times = this.words[at + ProcessWord.counters + kind];
        if (times > 0) count(passes, `${type} ${describeCall(kind)}`, times);
      }
      points.forEach((point, index) => {
        const times = this.words[at + ProcessWord.points + index];
        if (times > 0) count(passes, `${type} point ${point}`, times);
      });
    }
    return passes;
  }

  private text(at: number, limit: number): string {
    const end = this.bytes.indexOf(0, at);
    return this.bytes.toString('utf8', at, end < 0 || end > at + limit ? at + limit : end);
  }
}

function pointAt(index: number): number {
  return POINTS_AT + index * POINT_BYTES;
}

/** FNV-1a, never 0, which marks a free entry. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash || 1;
}
