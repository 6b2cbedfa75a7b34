import type { Latches } from '../../memory/latch.js';

/** Lets this process's latch cut short what its event loop waits for. */
export class LatchWatch {
  private wake: (() => void) | undefined;

  constructor(latches: Latches) {
    void this.watch(latches);
  }

  /** Resolves true when `work`, which must not reject, is done; false when the latch was set first. */
  async until(work: Promise<unknown>): Promise<boolean> {
    const isDone = await new Promise<boolean>((resolve) => {
      this.wake = () => resolve(false);
      void work.then(() => resolve(true));
    });
    this.wake = undefined;
    return isDone;
  }

  private async watch(latches: Latches): Promise<never> {
    for (;;) {
      await latches.wait(Infinity);
      this.wake?.();
    }
  }
}
