import type { Latches } from '../../memory/latch.js';

/** Lets this process's latch cut short what its event loop waits for. */
export class LatchWatch {
  private wake: (() => void) | undefined;

  constructor(latches: Latches) {
    void this.watch(latches);
  }

  /** Resolves with `work`, or earlier when the latch is set. `work` must not reject. */
  async until(work: Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      void work.then(() => resolve());
    });
    this.wake = undefined;
  }

  private async watch(latches: Latches): Promise<never> {
    for (;;) {
      await latches.wait(Infinity);
      this.wake?.();
    }
  }
}
