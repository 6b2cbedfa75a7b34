import type { Connection } from '../../os/network.js';
import { BackendMessage } from '../postmaster/pool-messages.js';
import type { ServerProcess } from '../server-process.js';
import type { LatchWatch } from './latch-watch.js';

/** A backend's place in the pool: where it waits for the postmaster to hand it a connection. */
export class PoolPlace {
  private handed: Connection | undefined;
  private arrived: (() => void) | undefined;

  constructor(
    private readonly process: ServerProcess,
    private readonly watch: LatchWatch,
  ) {
    process.os.network!.onHandedOver((_, connection) => {
      this.handed = connection;
      this.arrived?.();
    });
  }

  /** Tells the postmaster that this backend is free, and waits; undefined when it is told to end instead. */
  async nextConnection(): Promise<Connection | undefined> {
    const { process, watch } = this;
    process.setTitle('backend pool');
    process.os.network!.tellParent(BackendMessage.free);
    process.memory.slots.showWaiting('Activity', 'BackendPool');
    const arrival = new Promise<void>((resolve) => (this.arrived = resolve));
    while (!this.handed) {
      if (process.shouldStop) return undefined;
      process.reloadIfAsked();
      await watch.until(arrival);
    }
    process.memory.slots.showWorking();
    const connection = this.handed;
    this.handed = undefined;
    return connection;
  }
}
