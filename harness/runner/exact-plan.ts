import type { CutMember, Fault } from '../faults/fault.js';
import type { ProcessTrace } from '../trace/trace-area.js';

/**
 * A plan whose random moments are replaced by the exact calls every process had reached, so that it replays: each
 * process is held after its last call until all have got there, and then they are killed.
 */
export function exactPlan(plan: readonly Fault[], reached: readonly ProcessTrace[]): Fault[] {
  const members = cutOf(reached);
  return plan.map((fault) =>
    fault.kind === 'kill' && fault.trigger.kind === 'time' && members.length > 0
      ? { ...fault, trigger: { kind: 'cut', members } }
      : fault,
  );
}

/** Backends by the client they serve; of the other types there is one each. Idle backends of the pool do not count. */
function cutOf(reached: readonly ProcessTrace[]): CutMember[] {
  return reached
    .filter(({ type, ordinal, calls }) => calls > 0 && (type !== 'backend' || ordinal > 0))
    .map(({ type, ordinal, calls }) => ({ process: ordinal > 0 ? { type, ordinal } : { type }, calls }));
}
