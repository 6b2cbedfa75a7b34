import { PgError } from '../base/errors.js';
import type { Settings } from '../base/settings/settings.js';
import type { MemorySizes } from '../memory/area-table.js';
import type { Interrupts } from '../memory/interrupts.js';
import type { Memory } from '../memory/memory.js';
import { Interrupt } from '../memory/process-slots.js';
import { SqlState } from '../base/sqlstate.js';
import type { Network } from '../os/network.js';
import type { Os } from '../os/os.js';
import type { Instance } from './instance.js';
import { processTitle, type ProcessType } from './process-table.js';
import type { ServerLog } from './server-log.js';
import { SharedSettings, applyReload } from './shared-settings.js';

/** What the postmaster tells a child on its command line, as JSON. */
export interface ChildArguments {
  readonly slot: number;
  readonly postmasterPid: number;
  readonly dataDirectory: string;
  readonly sizes: MemorySizes;
  /** Milliseconds since 1970. */
  readonly serverStart: number;
}

const RETRY_DELAY_MS = 1000;

/** A child of the postmaster, from the inside. Its loop is written against this. */
export class ServerProcess {
  /** The last error that was logged. */
  private reported: unknown;

  constructor(
    readonly type: ProcessType,
    readonly args: ChildArguments,
    readonly os: Os & { network?: Network },
    readonly memory: Memory,
    readonly interrupts: Interrupts,
    readonly settings: Settings,
    readonly log: ServerLog,
    /** Puts this process's engine together: reads pg_control, so not before recovery has. */
    readonly openInstance: () => Instance,
  ) {}

  /** Asked by the postmaster to finish: what that means is each loop's own. */
  get shouldStop(): boolean {
    return (this.pending & (Interrupt.terminate | Interrupt.crashed)) !== 0;
  }

  /** Takes note of the request to stop, so that what is still to do is not interrupted by it. */
  acceptStop(): void {
    this.memory.slots.clearInterrupt(this.memory.slots.mine, Interrupt.terminate);
  }

  setTitle(what: string): void {
    this.os.processes.setTitle(processTitle(this.settings.get('cluster_name'), what));
  }

  /**
   * Sleeps in the event loop until the latch is set or the time is over, then takes over reloaded settings. Not at all
   * when something is asked of this process already: a wait within its work may have used up the latch.
   */
  async rest(timeoutMs: number, waitEvent: string): Promise<void> {
    const { slots, latches } = this.memory;
    if (!this.shouldStop && !this.mustReload) {
      slots.showWaiting('Activity', waitEvent);
      await latches.wait(timeoutMs);
      slots.showWorking();
    }
    this.reloadIfAsked();
  }

  reloadIfAsked(): boolean {
    if (!this.mustReload) return false;
    this.memory.slots.clearInterrupt(this.memory.slots.mine, Interrupt.reload);
    applyReload(this.settings, new SharedSettings(this.memory.arena).read());
    return true;
  }

  /**
   * One round of a background process's work. An ERROR is logged, what the round held is let go, and after a second
   * the loop goes on; a request to stop only ends the round; FATAL, PANIC and bugs end the process.
   */
  async survive<T>(instance: Instance, work: () => T): Promise<T | undefined> {
    try {
      return work();
    } catch (thrown) {
      const isStop = thrown instanceof PgError && thrown.sqlState === SqlState.adminShutdown;
      if (!isStop && !(thrown instanceof PgError && thrown.severity === 'ERROR')) throw thrown;
      if (!isStop) this.report(thrown);
      instance.memory.lwlocks.releaseAll();
      instance.storage.buffers.releaseAll();
      if (!isStop) await this.rest(RETRY_DELAY_MS, 'Timeout');
      return undefined;
    }
  }

  /** Logs an error, once. */
  report(thrown: unknown): void {
    if (thrown === this.reported) return;
    this.reported = thrown;
    this.log.error(thrown);
  }

  private get mustReload(): boolean {
    return (this.pending & Interrupt.reload) !== 0;
  }

  private get pending(): number {
    return this.memory.slots.interrupts(this.memory.slots.mine);
  }
}
