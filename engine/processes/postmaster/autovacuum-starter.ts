import type { Settings } from '../../base/settings/settings.js';
import type { AutovacuumBoard } from '../autovacuum/board.js';
import type { Children } from './children.js';

/** What a server that has just started is for are its clients: this comes later. */
const LAUNCHER_DELAY_MS = 500;

/** The postmaster's part in autovacuum: the launcher while it is wanted, and workers at the launcher's request. */
export class AutovacuumStarter {
  private isNeeded = false;
  private delay: NodeJS.Timeout | undefined;

  constructor(
    private readonly children: Children,
    private readonly settings: Settings,
    private readonly board: AutovacuumBoard,
  ) {}

  /** The cluster is up: the launcher follows, at once if ids run out. */
  begin(isRunning: () => boolean): void {
    clearTimeout(this.delay);
    this.serveRequests();
    this.delay = setTimeout(() => isRunning() && this.settle(), LAUNCHER_DELAY_MS);
  }

  /** Someone has asked for something, and the cluster is up. */
  serveRequests(): void {
    if (this.board.takeLauncherRequest()) {
      this.isNeeded = true;
      this.settle();
    }
    if (this.board.takeWorkerRequest() && !this.children.start('autovacworker')) this.board.reportFailure();
  }

  /** Starts the launcher if it should be there and is not. */
  settle(): void {
    if (this.children.has('autovaclauncher') || !(this.isNeeded || this.settings.get('autovacuum'))) return;
    this.isNeeded = false;
    this.children.start('autovaclauncher');
  }
}
