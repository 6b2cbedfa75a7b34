import type { RunningPortal } from './portal.js';

/** The portals that were bound in the transaction and not run to their end. */
export class OpenPortals {
  private readonly portals = new Set<RunningPortal>();

  add(portal: RunningPortal): void {
    this.portals.add(portal);
  }

  remove(portal: RunningPortal): void {
    this.portals.delete(portal);
  }

  clear(): void {
    this.portals.clear();
  }

  /** May one of them still be run, or run on, besides those that run just now? */
  get hasReady(): boolean {
    return [...this.portals].some(({ isReady }) => isReady);
  }
}
