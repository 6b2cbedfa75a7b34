import type { Files } from '../../engine/os/os.js';
import type { PreloadHost } from '../../engine/os/preload.js';
import { startTicksOf } from '../trace/process-identity.js';
import { TraceArea } from '../trace/trace-area.js';
import { TraceWriter } from '../trace/trace-writer.js';
import { CallRecorder } from './call-recorder.js';
import { FaultTrigger } from './fault-trigger.js';
import { RecordingFiles } from './recording-files.js';
import { JumpingClock } from './jumping-clock.js';
import { TracedFiles } from './traced-files.js';

/**
 * Loaded into every process of the target (`shared_preload_libraries`): puts tracing and faults between the engine and
 * its files. The trace area's path comes in the environment, so that the postmaster's children find it too.
 */
export const TRACE_VARIABLE = 'CRASHWRIGHT_TRACE';
/** Set: every call that changes or syncs storage is put on record, with its bytes (see trace/record-format.ts). */
export const RECORD_VARIABLE = 'CRASHWRIGHT_RECORD';

export function install(host: PreloadHost): void {
  const path = process.env[TRACE_VARIABLE];
  if (!path) return;
  const area = TraceArea.open(path);
  const slot = area.enter(host.processType, process.pid, startTicksOf(process.pid));
  const recorder = new CallRecorder(area, slot);
  const trigger = new FaultTrigger(area, host.processType, slot);
  const traced = (files: Files): Files => new TracedFiles(files, recorder, trigger);
  host.os.files = process.env[RECORD_VARIABLE]
    ? new RecordingFiles(host.os.files, new TraceWriter(area, path, slot), traced)
    : traced(host.os.files);
  host.os.clock = new JumpingClock(host.os.clock, trigger);
  host.os.reach = (point) => {
    recorder.point(point);
    trigger.atPoint(point);
  };
  process.on('exit', () => recorder.processEnded());
}
