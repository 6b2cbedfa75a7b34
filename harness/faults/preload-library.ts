import type { PreloadHost } from '../../engine/os/preload.js';
import { startTicksOf } from '../trace/process-identity.js';
import { TraceArea } from '../trace/trace-area.js';
import { CallRecorder } from './call-recorder.js';
import { FaultTrigger } from './fault-trigger.js';
import { TracedFiles } from './traced-files.js';

/**
 * Loaded into every process of the target (`shared_preload_libraries`): puts tracing and faults between the engine and
 * its files. The trace area's path comes in the environment, so that the postmaster's children find it too.
 */
export const TRACE_VARIABLE = 'CRASHWRIGHT_TRACE';

export function install(host: PreloadHost): void {
  const path = process.env[TRACE_VARIABLE];
  if (!path) return;
  const area = TraceArea.open(path);
  const slot = area.enter(host.processType, process.pid, startTicksOf(process.pid));
  const recorder = new CallRecorder(area, slot);
  const trigger = new FaultTrigger(area, host.processType, slot);
  host.os.files = new TracedFiles(host.os.files, recorder, trigger);
  host.os.reach = (point) => {
    recorder.point(point);
    trigger.atPoint(point);
  };
  process.on('exit', () => recorder.processEnded());
}
