import { Worker } from 'node:worker_threads';
import type { CycleJob, RecordedJob, ReplayJob, ReplayOutcome, ShrinkJob, ShrinkOutcome } from './power-jobs.js';
import type { PowerCycleResult } from './run-power-cycle.js';

export interface WorkerSetup {
  /** Module that exports `openSimulation`. */
  readonly target: string;
  /** Modules of mutants to install first. */
  readonly mutants: readonly string[];
  /** Modules of extensions. */
  readonly extensions?: readonly string[];
}

interface JobTypes {
  cycle: { input: CycleJob; output: PowerCycleResult };
  recorded: { input: RecordedJob; output: PowerCycleResult };
  replay: { input: ReplayJob; output: ReplayOutcome };
  shrink: { input: ShrinkJob; output: ShrinkOutcome | undefined };
}
export type JobName = keyof JobTypes;

export interface WorkerRequest {
  readonly job: JobName;
  readonly input: unknown;
}

export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly states: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly text: string };

/** A thread that says nothing for so long hangs: in an engine that never comes to an end, or in the harness. */
const SILENCE_BOUND_MS = 60_000;

/** Thrown when a thread had to be ended. */
export class PowerWorkerHangs extends Error {}

/** One thread that simulates. One job at a time. */
export class PowerWorker {
  private worker: Worker | undefined;

  /** `say`: given what a job has to tell people. */
  constructor(
    private readonly setup: WorkerSetup,
    private readonly say: (text: string) => void = () => {},
  ) {}

  /** Rejects when the harness failed, or the thread fell silent and was ended. `onStates`: told how many so far. */
  async run<Name extends JobName>(
    job: Name,
    input: JobTypes[Name]['input'],
    onStates: (states: number) => void = () => {},
  ): Promise<JobTypes[Name]['output']> {
    const worker = (this.worker ??= this.open());
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, no window
    worker.postMessage({ job, input } satisfies WorkerRequest);
    return this.outcome(worker, onStates);
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private open(): Worker {
    return new Worker(new URL('./power-worker.js', import.meta.url), { workerData: this.setup });
  }

  private outcome<Output>(worker: Worker, onStates: (states: number) => void): Promise<Output> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        worker.off('message', onMessage);
        worker.off('error', onError);
        act();
      };
      const watch = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => settle(() => this.giveUp(reject)), SILENCE_BOUND_MS);
      };
      const onMessage = (reply: WorkerReply): void => {
        watch();
        if (reply.kind === 'progress') onStates(reply.states);
        else if (reply.kind === 'text') this.say(reply.text);
        else if (reply.kind === 'done') settle(() => resolve(reply.output as Output));
        else if (reply.kind === 'failed') settle(() => reject(new Error(reply.text)));
      };
      const onError = (thrown: unknown): void => settle(() => reject(thrown as Error));
      watch();
      worker.on('message', onMessage);
      worker.on('error', onError);
    });
  }

  private giveUp(reject: (reason: Error) => void): void {
    void this.close();
    reject(new PowerWorkerHangs(`no state was finished within ${SILENCE_BOUND_MS / 1000} s: the simulation hangs`));
  }
}
