import { ProcessWord } from '../trace/layout.js';
import type { ProcessTrace, TraceArea } from '../trace/trace-area.js';
import {
  happensOnce,
  matchesProcess,
  triggerOf,
  type ActFault,
  type Fault,
  type KillFault,
  type KillMoment,
  type Occasion,
  type Site,
} from './fault.js';
import { isAlive, killProcesses, victimsOf } from './kill.js';
import { isStruck, lastMatch } from './occasion.js';
import { CALL_KINDS, FILE_CLASSES, callIndex, operationIndex } from './operations.js';

/** What a matching fault wants to happen to the call that is about to be made. */
export interface CallVerdict {
  /** Kill right after the call. */
  readonly killAfter?: () => void;
  /** Let only this many bytes of the write through, then kill. */
  readonly tornBytes?: number;
  readonly errorCode?: string;
  /** Let only this many bytes of the read or write happen; a write then fails with ENOSPC. */
  readonly shortBytes?: number;
  /** Flip this bit, modulo the write's length, on its way to the file. */
  readonly rotBit?: number;
}

const PROCEED: CallVerdict = {};
const FOREVER_MS = 3_600_000;

/** How a fault reaches the world. What is left out is the machine's: this process, real time, SIGKILL. */
export interface TriggerOptions {
  /** The process that makes the calls, as it was entered in the trace area. */
  readonly pid?: number;
  /** Holds that process up; does not return before the time is over. */
  readonly sleep?: (milliseconds: number) => void;
  readonly isAlive?: (process: ProcessTrace) => boolean;
  /** Ends processes, in this order; must not return when `pid` is among them. */
  readonly kill?: (pids: readonly number[]) => void;
}

interface ArmedFault {
  readonly index: number;
  readonly fault: Exclude<Fault, ActFault>;
  readonly occasion: Occasion;
  /** Kills and jumps of the clock. */
  readonly isOnce: boolean;
  readonly moment: KillMoment;
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** The site's key among the faults of this process: a call kind, a point's name, or any call. */
function siteKey(site: Site): number | string {
  if (site.kind === 'point') return site.point;
  if (site.kind === 'any') return CALL_KINDS;
  return callIndex(operationIndex(site.operation), FILE_CLASSES.indexOf(site.fileClass));
}

/** Fires the faults of the armed plan that this process reaches. */
export class FaultTrigger {
  private generation = -1;
  private ordinal = -1;
  private byKey = new Map<number | string, ArmedFault[]>();
  /** More calls than this are not made: the process is held there until it is killed. */
  private holdAfterCalls = Infinity;
  private clockJumps: { readonly index: number; readonly seconds: number }[] = [];
  private readonly machine: Required<TriggerOptions>;

  constructor(
    private readonly area: TraceArea,
    private readonly type: string,
    private readonly slot: number,
    options: TriggerOptions = {},
  ) {
    this.machine = { pid: process.pid, sleep, isAlive, kill: killProcesses, ...options };
  }

  /** Before a call of that kind; counts it among `calls`. May not return. */
  beforeCall(kind: number, calls: number): CallVerdict {
    this.refresh();
    if (calls > this.holdAfterCalls) this.machine.sleep(FOREVER_MS);
    if (this.byKey.size === 0) return PROCEED;
    const ofKind = this.byKey.get(kind);
    const ofAny = this.byKey.get(CALL_KINDS);
    if (!ofKind && !ofAny) return PROCEED;
    const reached = (ofKind ?? []).concat(ofAny ?? []);
    return Object.assign({}, ...reached.map((armed) => this.meet(armed))) as CallVerdict;
  }

  atPoint(point: string): void {
    this.refresh();
    for (const armed of this.byKey.get(point) ?? []) this.meet(armed).killAfter?.();
  }

  /** By how much the wall clock of this process is wrong now. */
  clockOffsetMs(): number {
    this.refresh();
    let seconds = 0;
    for (const jump of this.clockJumps) if (this.area.hasFired(jump.index)) seconds += jump.seconds;
    return seconds * 1000;
  }

  private refresh(): void {
    const generation = this.area.planGeneration;
    const ordinal = this.area.words[this.area.processAt(this.slot) + ProcessWord.ordinal];
    if (generation === this.generation && ordinal === this.ordinal) return;
    this.generation = generation;
    this.ordinal = ordinal;
    this.byKey = new Map();
    this.holdAfterCalls = Infinity;
    this.clockJumps = [];
    this.area.plan().forEach((fault, index) => this.arm(fault, index));
  }

  private arm(fault: Fault, index: number): void {
    if (fault.kind === 'kill' && fault.trigger.kind === 'cut') {
      const member = fault.trigger.members.find(({ process }) => matchesProcess(process, this.type, this.ordinal));
      if (member) this.holdAfterCalls = member.calls;
    }
    const trigger = triggerOf(fault);
    if (!trigger || fault.kind === 'act' || !matchesProcess(trigger.process, this.type, this.ordinal)) return;
    if (fault.kind === 'clock') this.clockJumps.push({ index, seconds: fault.seconds });
    const { occasion } = trigger.site;
    const armed = { index, fault, occasion, isOnce: happensOnce(fault), moment: trigger.moment };
    if (this.isOver(armed)) return;
    const key = siteKey(trigger.site);
    this.byKey.set(key, [...(this.byKey.get(key) ?? []), armed]);
  }

  private isOver({ index, occasion, isOnce }: ArmedFault): boolean {
    return (isOnce && this.area.hasFired(index)) || this.area.matches(index) >= lastMatch(occasion);
  }

  private fires(armed: ArmedFault): boolean {
    const { area, machine } = this;
    if (this.isOver(armed) || !isStruck(armed.occasion, area.countMatch(armed.index))) return false;
    if (armed.isOnce) return area.markFired(armed.index, machine.pid);
    area.addFiring(armed.index, machine.pid);
    return true;
  }

  private meet(armed: ArmedFault): CallVerdict {
    if (!this.fires(armed)) return PROCEED;
    const { fault } = armed;
    switch (fault.kind) {
      case 'stall':
        this.machine.sleep(fault.milliseconds);
        return PROCEED;
      case 'error':
        return { errorCode: fault.code };
      case 'short-read':
      case 'short-write':
        return { shortBytes: fault.bytes };
      case 'rot':
        return { rotBit: fault.bit };
      case 'clock':
        return PROCEED; // clockOffsetMs looks which ones have fired
      case 'kill':
        return this.kill(fault, armed.moment);
    }
  }

  private kill(fault: KillFault, moment: KillMoment): CallVerdict {
    const killAfter = (): void => {
      const { pid, isAlive } = this.machine;
      this.machine.kill(fault.victims ? victimsOf(fault.victims, this.area.processes(), pid, isAlive) : [pid]);
    };
    if (moment === 'before') killAfter();
    return typeof moment === 'object' ? { killAfter, tornBytes: moment.tornBytes } : { killAfter };
  }
}
