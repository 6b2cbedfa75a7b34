import type { Clock, Files } from '../../../../engine/os/os.js';
import { CallRecorder } from '../../../faults/call-recorder.js';
import { FaultTrigger } from '../../../faults/fault-trigger.js';
import { JumpingClock } from '../../../faults/jumping-clock.js';
import { TracedFiles } from '../../../faults/traced-files.js';
import type { MemoryFiles } from '../../../disks/memory-files.js';
import type { TraceArea } from '../../../trace/trace-area.js';
import { ProcessWord } from '../../../trace/layout.js';
import type { VirtualClock } from './memory-os.js';

export interface SimulatedIdentity {
  readonly type: string;
  /** `backend#2` */
  readonly name: string;
  readonly pid: number;
  readonly clock: VirtualClock;
}

/** The parts of a simulated process's outside world that faults strike. */
export interface FaultyMachine {
  readonly files: Files;
  readonly clock: Clock;
  readonly reach: (point: string) => void;
}

/** Counts a simulated process's calls and lets the armed faults strike them, as in a real one. */
export function faultyMachine(
  memory: MemoryFiles,
  area: TraceArea,
  { type, name, pid, clock }: SimulatedIdentity,
): FaultyMachine {
  const slot = area.enter(type, pid, 1);
  const ordinal = Number(name.split('#')[1] ?? 0);
  area.words[area.processAt(slot) + ProcessWord.ordinal] = ordinal;
  const recorder = new CallRecorder(area, slot);
  const trigger = new FaultTrigger(area, type, slot, { pid, sleep: (milliseconds) => clock.advance(milliseconds) });
  return {
    files: tellingOfFailedSyncs(new TracedFiles(memory, recorder, trigger), memory),
    clock: new JumpingClock(clock, trigger),
    reach: (point) => trigger.atPoint(point),
  };
}

/** A sync that fails changes what is on its way: the kernel tells once, and forgets. */
function tellingOfFailedSyncs(files: Files, memory: MemoryFiles): Files {
  const telling = Object.create(files) as Files;
  telling.fsync = (fd) =>
    orTell(
      () => files.fsync(fd),
      () => memory.syncFailed(fd, 'file'),
    );
  telling.fdatasync = (fd) =>
    orTell(
      () => files.fdatasync(fd),
      () => memory.syncFailed(fd, 'data'),
    );
  return telling;
}

function orTell(call: () => void, tell: () => void): void {
  try {
    call();
  } catch (thrown) {
    tell();
    throw thrown;
  }
}
