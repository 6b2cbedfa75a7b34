import { parentPort, workerData } from 'node:worker_threads';
import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { loadExtensions } from '../../extensions/load-extensions.js';
import { cycleJob, recordedJob, replayJob, shrinkJob, type JobContext } from './power-jobs.js';
import type { JobName, WorkerRequest, WorkerReply, WorkerSetup } from './power-pool.js';

/**
 * A thread with an engine of its own: mutants patch classes, and what they patch here is patched nowhere else.
 */
const REPORT_EVERY_MS = 200;

const jobs = { cycle: cycleJob, recorded: recordedJob, replay: replayJob, shrink: shrinkJob } satisfies Record<
  JobName,
  unknown
>;

const setup = workerData as WorkerSetup;
const port = parentPort!;
for (const mutant of setup.mutants) {
  const { install } = (await import(mutant)) as { install(host: object): void };
  install({ os: {}, processType: 'simulation' });
}
await loadExtensions(setup.extensions ?? []);
const { openSimulation } = (await import(setup.target)) as { openSimulation(): Promise<SimulatedTarget> };
const target = await openSimulation();

let states = 0;
let reportedAt = 0;

function onState(): void {
  states++;
  if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
  reportedAt = performance.now();
  reply({ kind: 'progress', states });
}

function reply(message: WorkerReply): void {
  port.postMessage(message);
}

async function carryOut({ job, input }: WorkerRequest): Promise<void> {
  states = 0;
  const work = jobs[job] as (input: unknown, context: JobContext) => Promise<unknown>;
  try {
    reply({
      kind: 'done',
      output: await work(input, { target, onState, say: (text) => reply({ kind: 'text', text }) }),
    });
  } catch (thrown) {
    reply({ kind: 'failed', text: (thrown as Error).stack ?? String(thrown) });
  }
}

port.on('message', (request: WorkerRequest) => void carryOut(request));
reply({ kind: 'ready' });
