import type { Oid } from '../../base/block.js';
import { xidBefore, xidOf, type Xid } from '../../base/xid.js';
import { CatalogStore } from '../../sql/catalog/catalog-store.js';
import { CatalogOid } from '../../sql/catalog/catalog-table.js';
import { INVALID_DATABASE } from '../../sql/catalog/databases.js';
import {
  chooseDatabase,
  DatabaseSchedule,
  type ScheduledDatabase,
} from '../../sql/vacuum/autovacuum/database-schedule.js';
import type { Instance } from '../instance.js';
import type { ServerProcess } from '../server-process.js';
import { AutovacuumBoard } from './board.js';

/** A worker that has not come after this time, or the naptime if that is shorter, will not come. */
const LONGEST_START_MS = 60_000;

/** The launcher's decisions (autovacuum.c AutoVacLauncherMain), one at a time. */
export class AutovacuumLauncher {
  private readonly board: AutovacuumBoard;
  private readonly schedule: DatabaseSchedule;
  private naptimeMs: number;

  constructor(
    private readonly process: ServerProcess,
    private readonly instance: Instance,
  ) {
    this.board = new AutovacuumBoard(process.memory);
    this.board.attachLauncher();
    this.naptimeMs = this.currentNaptime();
    this.schedule = new DatabaseSchedule(() => this.naptimeMs);
  }

  begin(): void {
    this.schedule.rebuild(this.databases(), this.nowMs());
  }

  sleepMs(): number {
    return this.schedule.sleepMs(this.nowMs(), this.canOrder());
  }

  /** Woken by time, by a worker that came or went, or by the postmaster. */
  look(): void {
    this.followSettings();
    if (this.board.takeFailure()) this.signalPostmaster();
    this.giveUpLateWorker();
    if (!this.canOrder()) return;
    if (this.schedule.isEmpty || this.schedule.isDue(this.nowMs())) this.sendWorker();
  }

  /** Orders a worker for the database that needs it most, if any does. */
  sendWorker(): void {
    const databases = this.databases();
    const now = this.nowMs();
    const chosen = chooseDatabase(databases, this.schedule, now, this.wraparoundLimit());
    if (chosen === undefined) {
      this.schedule.rebuild(databases, now);
      return;
    }
    if (!this.board.order(chosen, this.process.settings.get('autovacuum_max_workers'), now)) return;
    this.signalPostmaster();
    if (!this.schedule.visited(chosen, now)) this.schedule.rebuild(databases, now);
  }

  private canOrder(): boolean {
    const { board, process } = this;
    return board.orderedAt() === undefined && board.hasFreeWorker(process.settings.get('autovacuum_max_workers'));
  }

  private followSettings(): void {
    const naptimeMs = this.currentNaptime();
    if (naptimeMs === this.naptimeMs) return;
    this.naptimeMs = naptimeMs;
    this.schedule.rebuild(this.databases(), this.nowMs());
  }

  private giveUpLateWorker(): void {
    const orderedAt = this.board.orderedAt();
    if (orderedAt === undefined || this.nowMs() - orderedAt < Math.min(this.naptimeMs, LONGEST_START_MS)) return;
    this.board.cancelOrder();
    this.process.log.warning('autovacuum worker took too long to start; canceled');
  }

  private wraparoundLimit(): Xid {
    const next = xidOf(this.instance.access.ids.nextFullXid());
    return xidBefore(next, this.process.settings.get('autovacuum_freeze_max_age'));
  }

  /** Those that a worker can enter. */
  private databases(): ScheduledDatabase[] {
    const { transactions, statistics } = this.instance.access;
    transactions.begin({ isolation: 'read committed', readOnly: true });
    try {
      const rows = new CatalogStore(this.instance, 0).all(CatalogOid.database);
      const usable = rows.filter((row) => row.get('datconnlimit') !== INVALID_DATABASE);
      return usable.map((row) => {
        const oid = row.get('oid') as Oid;
        const counters = statistics.database(oid);
        return {
          oid,
          frozenXid: row.get('datfrozenxid') as Xid,
          isActive: counters !== undefined,
          lastVisit: counters?.lastAutovacuum ?? 0,
        };
      });
    } finally {
      transactions.abort();
    }
  }

  private signalPostmaster(): void {
    const { os, args } = this.process;
    os.processes.signal(args.postmasterPid, 'SIGUSR2');
  }

  private currentNaptime(): number {
    return this.process.settings.get('autovacuum_naptime') * 1000;
  }

  private nowMs(): number {
    return this.process.os.clock.monotonic();
  }
}
