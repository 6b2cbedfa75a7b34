import { PgError } from '../../base/errors.js';
import { Catalog } from '../../sql/catalog/catalog.js';
import { lockDatabase } from '../../sql/catalog/databases.js';
import { CatalogStore } from '../../sql/catalog/catalog-store.js';
import { BOOTSTRAP_SUPERUSER, CatalogOid } from '../../sql/catalog/catalog-table.js';
import { candidates, recheck, vacuumCandidate, type Candidate } from '../../sql/vacuum/autovacuum/candidates.js';
import type { Maintenance } from '../../sql/vacuum/maintenance.js';
import { advanceDatabase } from '../../sql/vacuum/vacuum.js';
import type { Instance } from '../instance.js';
import type { ServerProcess } from '../server-process.js';
import type { AutovacuumBoard, WorkerAssignment } from './board.js';

interface Database {
  readonly name: string;
  /** Nobody changes it. */
  readonly isFrozenWhole: boolean;
}

/** One worker's round through its database (autovacuum.c do_autovacuum). */
export class AutovacuumWorker {
  private hasVacuumed = false;
  private hasMetOthers = false;

  constructor(
    private readonly process: ServerProcess,
    private readonly instance: Instance,
    private readonly board: AutovacuumBoard,
    private readonly assignment: WorkerAssignment,
  ) {}

  async run(): Promise<void> {
    const { database } = this.assignment;
    const { statistics } = this.instance.access;
    const found = this.enterDatabase();
    if (!found) return; // it was dropped
    statistics.reportAutovacuum(database);
    this.introduce(found);
    const context = this.maintenance(found);
    for (const candidate of this.inTransaction(context, () => candidates(context))) {
      await this.serveSignals();
      this.process.interrupts.forgetCancel();
      this.process.interrupts.check();
      this.treat(context, candidate, found);
      statistics.report();
    }
    if (this.hasVacuumed || !this.hasMetOthers) this.inTransaction(context, () => advanceDatabase(context));
    statistics.report(true);
  }

  private treat(context: Maintenance, candidate: Candidate, database: Database): void {
    const { board, assignment } = this;
    if (!board.take(assignment.worker, candidate.oid, candidate.isShared)) {
      this.hasMetOthers = true;
      return;
    }
    try {
      const job = this.inTransaction(context, () => recheck(context, candidate));
      if (!job) return;
      this.show(job.activity);
      this.inTransaction(context, () => vacuumCandidate(context, job, database, () => board.sharers()));
      this.hasVacuumed = true;
    } catch (thrown) {
      this.failed(thrown, candidate, database);
    } finally {
      board.putDown(assignment.worker);
    }
  }

  /** One table's trouble does not keep the others from being vacuumed. */
  private failed(thrown: unknown, { schema, name }: Candidate, database: Database): void {
    const { interrupts, log } = this.process;
    if (thrown instanceof PgError && thrown.severity !== 'ERROR') throw thrown;
    interrupts.forgetCancel();
    const context = `automatic vacuum of table "${database.name}.${schema}.${name}"`;
    const told =
      thrown instanceof PgError
        ? new PgError(thrown.severity, thrown.sqlState, thrown.message, { ...thrown.details, context })
        : thrown;
    log.error(told); // before the locks go: who waited for them finds it told
    this.instance.access.transactions.abort();
  }

  /** Under the lock that who drops the database holds. */
  private enterDatabase(): Database | undefined {
    const { database } = this.assignment;
    const { transactions } = this.instance.access;
    transactions.begin({ isolation: 'read committed', readOnly: true });
    try {
      lockDatabase(this.instance, database, 'RowExclusive');
      const [row] = new CatalogStore(this.instance, 0).byFirst(CatalogOid.database, database);
      if (!row) return undefined;
      this.process.memory.slots.setIdentity(database, 0);
      const isFrozenWhole = row.get('datistemplate') === true || row.get('datallowconn') === false;
      return { name: row.get('datname') as string, isFrozenWhole };
    } finally {
      transactions.abort();
    }
  }

  private introduce({ name }: Database): void {
    const { memory, os } = this.process;
    this.process.setTitle(`autovacuum worker ${name}`);
    memory.activity.reportClient({
      backendStart: os.clock.now(),
      role: '',
      database: name,
      clientAddress: '',
      clientPort: 0,
      applicationName: '',
    });
  }

  private show(activity: string): void {
    this.process.memory.activity.reportState('active', this.process.os.clock.now(), activity);
  }

  private maintenance({ name }: Database): Maintenance {
    const { instance, process } = this;
    const { transactions } = instance.access;
    const identity = { database: name, databaseOid: this.assignment.database, role: '' };
    return {
      engine: instance,
      catalog: new Catalog(instance, identity, () => 'pg_catalog'),
      settings: process.settings,
      roleOid: BOOTSTRAP_SUPERUSER,
      isSuperuser: true,
      notice: process.log.notice,
      begin: () => transactions.begin({ isolation: 'read committed', readOnly: false }),
      commit: () => transactions.commit({ synchronous: true }),
    };
  }

  private inTransaction<T>(context: Maintenance, body: () => T): T {
    context.begin();
    const result = body();
    context.commit();
    return result;
  }

  /** Signals reach a process in its event loop only. */
  private serveSignals(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
