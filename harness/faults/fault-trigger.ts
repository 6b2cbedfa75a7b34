import { ProcessWord } from '../trace/layout.js';
import type { ProcessTrace, TraceArea } from '../trace/trace-area.js';
import { matchesProcess, triggerOf, type Fault, type KillFault, type KillMoment, type Site } from './fault.js';
import { isAlive, killProcesses, victimsOf } from './kill.js';
import { CALL_KINDS, FILE_CLASSES, callIndex, operationIndex } from './operations.js';

/** What a matching fault wants to happen to the call that is about to be made. */
export interface CallVerdict {
  /** Kill right after the call. */
  readonly killAfter?: () => void;
  /** Let only this many bytes of the write through, then kill. */
  readonly tornBytes?: number;
  readonly errorCode?: string;
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
  readonly fault: Fault;
  readonly count: number;
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

  private refresh(): void {
    const generation = this.area.planGeneration;
    const ordinal = this.area.words[this.area.processAt(this.slot) + ProcessWord.ordinal];
    if (generation === this.generation && ordinal === this.ordinal) return;
    this.generation = generation;
    this.ordinal = ordinal;
    this.byKey = new Map();
    this.holdAfterCalls = Infinity;
    this.area.plan().forEach((fault, index) => this.arm(fault, index));
  }

  private arm(fault: Fault, index: number): void {
    if (fault.kind === 'kill' && fault.trigger.kind === 'cut') {
      const member = fault.trigger.members.find(({ process }) => matchesProcess(process, this.type, this.ordinal));
      if (member) this.holdAfterCalls = member.calls;
    }
    const trigger = triggerOf(fault);
    if (!trigger || !matchesProcess(trigger.process, this.type, this.ordinal) || this.area.hasFired(index)) return;
    const key = siteKey(trigger.site);
    const armed = { index, fault, count: trigger.site.count, moment: trigger.moment };
    this.byKey.set(key, [...(this.byKey.get(key) ?? []), armed]);
  }

  private meet({ index, fault, count, moment }: ArmedFault): CallVerdict {
    if (this.area.hasFired(index) || this.area.countMatch(index) !== count) return PROCEED;
    if (!this.area.markFired(index, this.machine.pid)) return PROCEED;
    switch (fault.kind) {
      case 'stall':
        this.machine.sleep(fault.milliseconds);
        return PROCEED;
      case 'error':
        return { errorCode: fault.code };
      case 'kill':
        return this.kill(fault, moment);
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
