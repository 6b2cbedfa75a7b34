import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { RunningContender, type Contender } from './contender.js';
import { EngineContender, runEngine } from './engine-contender.js';
import { POSTGRES_BIN } from '../adapters/postgres.js';
import { POSTGRES_DATABASES, PostgresContender, runAsOwner } from './postgres-contender.js';

/** A server that can be brought to where transaction ids run out. */
export interface Stage {
  readonly name: string;
  /** A running server whose oldest unfrozen id stays where it is, whatever is vacuumed. */
  open(): Promise<void>;
  /** Brings a running server so close to the limit that few more ids lead there. */
  approach(limit: Limit): Promise<void>;
  /**
   * Stops the server, sets its next transaction id, given the oldest one that may still stand unfrozen, and starts it
   * again, its limits as they are in production. Returns the next id.
   */
  jumpTo(next: (oldestXid: number) => number): Promise<number>;
  /** Stops the server, freezes every database in single-user mode, and starts it again. */
  freezeAll(): Promise<void>;
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export type Limit = 'warn' | 'stop';

/** Between the oldest id and the wrap. */
const HALF_OF_XIDS = 2 ** 31 - 1;
/** Ids to be used up between a jump and the limit. */
const RUN_UP = 20;

/** Autovacuum runs only where it must, and soon. */
const FORCED_ONLY = { autovacuum: 'off', autovacuum_naptime: '1' };

abstract class ContenderStage<C extends Contender> implements Stage {
  readonly name: string;
  private server: RunningContender | undefined;

  constructor(
    protected readonly contender: C,
    private settings: Record<string, string>,
  ) {
    this.name = contender.name;
  }

  abstract open(): Promise<void>;
  abstract approach(limit: Limit): Promise<void>;
  /** As the control file of the stopped server says. */
  protected abstract oldestXid(): number;
  protected abstract freeze(): void;
  /** Of the stopped server. */
  protected abstract setNextXid(next: number): void;

  async jumpTo(next: (oldestXid: number) => number): Promise<number> {
    await this.stop();
    const xid = next(this.oldestXid());
    this.setNextXid(xid);
    this.settings = FORCED_ONLY;
    await this.start();
    return xid;
  }

  async connect(): Promise<pg.Client> {
    const { host, port, user } = this.contender;
    const client = new pg.Client({ host, port, user, database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async freezeAll(): Promise<void> {
    await this.stop();
    this.freeze();
    await this.start();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.contender.dispose();
  }

  protected async start(): Promise<void> {
    this.server = await RunningContender.start(this.contender, this.settings);
  }

  protected async stop(): Promise<void> {
    await this.server?.shutDown();
    this.server = undefined;
  }
}

/** With margins so wide that a few thousand ids use up what they leave. A snapshot holds the oldest id back. */
export class EngineStage extends ContenderStage<EngineContender> {
  constructor(directory: string, port: number) {
    super(new EngineContender(directory, port), {
      xid_warn_margin: String(HALF_OF_XIDS - 1000),
      xid_stop_margin: String(HALF_OF_XIDS - 1500),
    });
  }

  async open(): Promise<void> {
    await this.contender.initialise();
    await this.start();
    const holder = await this.connect();
    await holder.query('begin isolation level repeatable read');
    await holder.query('select 1');
  }

  async approach(): Promise<void> {}

  protected oldestXid(): number {
    return oldestXidIn(execFileSync(join(POSTGRES_BIN, 'pg_controldata'), ['-D', this.contender.data]).toString());
  }

  protected setNextXid(next: number): void {
    runEngine('reset-xid', '-D', this.contender.data, '--next-xid', String(next));
  }

  protected freeze(): void {
    for (const database of POSTGRES_DATABASES) {
      runEngine('single', '-D', this.contender.data, '--command', 'VACUUM (FREEZE)', database);
    }
  }
}

/** By pg_resetwal, and a segment of pg_xact made by hand. A replication slot holds the oldest id back. */
export class PostgresStage extends ContenderStage<PostgresContender> {
  constructor(directory: string, port: number) {
    super(new PostgresContender(directory, port), { wal_level: 'logical' });
  }

  async open(): Promise<void> {
    await this.contender.initialise();
    await this.start();
    const client = await this.connect();
    await client.query(`select pg_create_logical_replication_slot('holds_back', 'pgoutput')`);
    await client.end();
  }

  async approach(limit: Limit): Promise<void> {
    await this.stop();
    const margin = limit === 'warn' ? 40_000_000 : 3_000_000;
    this.setNextXid(this.oldestXid() + HALF_OF_XIDS - margin - RUN_UP);
    await this.start();
  }

  protected setNextXid(next: number): void {
    runAsOwner('pg_resetwal', ['-x', String(next), '-D', this.contender.data]);
    this.makeCommitLogSegment(next);
  }

  protected freeze(): void {
    this.single('postgres', `select pg_drop_replication_slot('holds_back')`);
    for (const database of POSTGRES_DATABASES) this.single(database, 'VACUUM (FREEZE)');
  }

  private single(database: string, sql: string): void {
    runAsOwner('postgres', ['--single', '-D', this.contender.data, '-c', 'wal_level=logical', database], sql);
  }

  protected oldestXid(): number {
    return oldestXidIn(runAsOwner('pg_controldata', ['-D', this.contender.data]));
  }

  private makeCommitLogSegment(next: number): void {
    const segment = Math.floor(next / (32 * 32768));
    const path = join(this.contender.data, 'pg_xact', segment.toString(16).toUpperCase().padStart(4, '0'));
    if (existsSync(path)) return;
    writeFileSync(path, Buffer.alloc(32 * 8192));
    if (process.getuid?.() === 0) execFileSync('chown', ['postgres', path]);
  }
}

function oldestXidIn(controlData: string): number {
  return Number(/oldestXID: +(\d+)/.exec(controlData)![1]);
}
