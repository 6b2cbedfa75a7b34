import type { Oid } from '../base/block.js';
import { error, PgError, type Notice } from '../base/errors.js';
import type { Settings } from '../base/settings/settings.js';
import { SqlState } from '../base/sqlstate.js';
import type { OutputColumn } from './analyse/query.js';
import { isPlannable } from './analyse/statement.js';
import { Catalog } from './catalog/catalog.js';
import { databaseName } from './catalog/databases.js';
import type { CommandContext, CommandResult } from './commands/command.js';
import { commandFor, endsBlock } from './commands/command-table.js';
import type { CopyEvents, CopyPiece } from './copy/copy-from.js';
import type { Engine } from './engine.js';
import { Parser, type RawStatement } from './parse/parser.js';
import { characterPosition } from './parse/position.js';
import type { PlannedStatement } from './plan/planned-statement.js';
import { refuseIfReadOnly, runPlanned } from './session/execution.js';
import { OpenPortals } from './session/open-portals.js';
import { RunningPortal, type Run, type Started } from './session/portal.js';
import type { PreparedStatements } from './session/prepared-statements.js';
import { SessionEnvironment } from './session/session-environment.js';
import { SessionPlanning } from './session/session-planning.js';
import { SessionSettings } from './session/session-settings.js';
import { describeColumns, Statement } from './session/statement.js';
import { TransactionBlock } from './session/transaction-block.js';
import type { TextEnvironment } from './types/environment.js';

export { bootstrapCatalogs } from './catalog/bootstrap.js';
export { enterDatabase, lookUpLogin } from './catalog/login.js';
export { loadParser, Parser } from './parse/parser.js';

/** One column of a result, as RowDescription tells it. `tableOid` and `attribute` are 0 for computed columns. */
export interface ColumnDescription {
  readonly name: string;
  readonly tableOid: Oid;
  readonly attribute: number;
  readonly typeOid: Oid;
  /** pg_type.typlen: -1 varlena, -2 C string. */
  readonly typeLength: number;
  /** -1 when there is none. */
  readonly typeModifier: number;
}

/** What running SQL yields, in protocol order. Row values are JS values as sql/types defines them, null for NULL. */
export type SessionEvent =
  | { readonly kind: 'columns'; readonly columns: readonly ColumnDescription[] }
  | { readonly kind: 'row'; readonly values: unknown[] }
  | { readonly kind: 'complete'; readonly tag: string }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'copy-in' | 'copy-out'; readonly isBinary: boolean; readonly columnCount: number }
  /** The next `next` is to be called with a piece of the client's data, or null after the last. */
  | { readonly kind: 'copy-wanted' }
  | { readonly kind: 'copy-data'; readonly data: string | Buffer }
  | { readonly kind: 'copy-done' };

/** Most events want no answer. */
export type SessionEvents = Generator<SessionEvent, void, CopyPiece>;

export interface SessionIdentity {
  readonly database: string;
  readonly databaseOid: Oid;
  readonly role: string;
  readonly roleOid: Oid;
  readonly superuser: boolean;
}

export interface SessionCallbacks {
  notice(notice: Notice): void;
  /** A reported setting changed. */
  parameterStatus(name: string, value: string): void;
}

export interface PreparedStatement {
  readonly text: string;
  readonly parameterTypes: readonly Oid[];
  /** null when the statement returns no rows. */
  readonly columns: readonly ColumnDescription[] | null;
}

export interface Portal {
  readonly columns: readonly ColumnDescription[] | null;
  /** Runs on. `maxRows` 0: to the end. The last event is 'complete', 'suspended' or 'empty'. */
  run(maxRows: number): SessionEvents;
  /** Was it bound in a subtransaction that has been undone? */
  readonly isGone: boolean;
  close(): void;
}

/** I idle, T in a transaction block, E in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E';

/**
 * One client's session on one database: transaction blocks, settings, statements (tcop/postgres.c).
 *
 * `loadParser` must have been awaited in this process. There is one session on an engine at a time, as there is one
 * transaction.
 */
export class Session {
  /** By name, for DEALLOCATE and DISCARD; the protocol keeps its statements here. */
  readonly preparedStatements: PreparedStatements = new Map();
  private readonly context: CommandContext;
  private readonly sessionSettings: SessionSettings;
  private readonly block: TransactionBlock;
  private readonly environment: SessionEnvironment;
  /** Simple queries whose plan means the same whenever it is run: a client mostly says the same things again. */
  private readonly plannedQueries = new WeakMap<RawStatement, Statement>();
  private isClosed = false;
  /** What hears of damaged pages, and of ids that run out, besides the client. */
  private readonly logDamage: (warning: Notice) => void;
  private readonly logLimit: (warning: Notice) => void;

  constructor(
    private readonly engine: Engine,
    identity: SessionIdentity,
    callbacks: SessionCallbacks,
    /** Sessions of one process may share one: it remembers the trees of texts. */
    private readonly parser = new Parser(),
  ) {
    const notice = (told: Notice): void => this.passNotice(told, callbacks);
    this.logDamage = engine.storage.buffers.onDamagedPage;
    engine.storage.buffers.onDamagedPage = (warning) => {
      this.logDamage(warning);
      notice(warning);
    };
    const { ids } = engine.access;
    this.logLimit = ids.onWarning;
    ids.onWarning = (warning) => {
      this.logLimit(warning);
      notice(warning);
    };
    this.sessionSettings = new SessionSettings(engine.settings, identity.superuser, {
      notice,
      parameterStatus: callbacks.parameterStatus.bind(callbacks),
    });
    const catalog = new Catalog(engine, identity, () => this.settings.get('search_path'));
    ids.databaseName = (oid) => databaseName(catalog.store, oid);
    this.block = new TransactionBlock(engine, this.settings, {
      notice,
      ended: (committed) => this.ended(committed),
      subtransaction: (event) => this.subtransactionChanged(event),
    });
    this.environment = new SessionEnvironment(engine, catalog, this.sessionSettings, identity, notice);
    const { environment, block } = this;
    this.context = {
      engine,
      identity,
      catalog,
      parser,
      block,
      environment,
      notice,
      settings: this.sessionSettings,
      planning: new SessionPlanning(engine, catalog, parser, environment, this.sessionSettings),
      prepared: this.preparedStatements,
      portals: new OpenPortals(),
    };
  }

  /** Values set here before the first statement are those that RESET goes back to. */
  get settings(): Settings {
    return this.sessionSettings.values;
  }

  get status(): TransactionStatus {
    return this.block.status;
  }

  /** Also in a failed block, when a savepoint is left of its transaction. */
  get isInTransaction(): boolean {
    return this.engine.access.transactions.isInTransaction;
  }

  /** What the text forms of values depend on. Begins a transaction, in which names can be looked up. */
  textEnvironment(): TextEnvironment {
    this.startStatement();
    return this.environment;
  }

  /** Runs a simple-protocol query string. On a throw the caller must call `failed`. */
  *simpleQuery(sql: string): SessionEvents {
    const statements = this.parseText(sql);
    if (statements.length === 0) yield { kind: 'empty' };
    for (const raw of statements) yield* this.runSimple(sql, raw, statements.length > 1);
    this.block.endImplicit();
  }

  /** `parameterTypes`: 0 or missing entries are inferred. */
  parse(sql: string, parameterTypes: readonly Oid[]): PreparedStatement {
    const statements = this.parseText(sql);
    if (statements.length > 1) {
      throw error(SqlState.syntaxError, 'cannot insert multiple commands into a prepared statement');
    }
    const [raw] = statements;
    if (raw && !endsBlock(raw.node)) this.block.refuseIfFailed();
    this.startStatement();
    return this.positioned(
      sql,
      () => new Statement(this.context, raw, parameterTypes, true, () => this.commandColumns(raw)),
    );
  }

  bind(prepared: PreparedStatement, values: readonly unknown[]): Portal {
    const statement = prepared as Statement;
    const { raw } = statement;
    if (raw && !endsBlock(raw.node)) this.block.refuseIfFailed();
    const { portals } = this.context;
    const finished = (): void => {
      portals.remove(portal);
      this.block.finishPiece();
    };
    const start = (): Started => {
      if (!endsBlock(raw!.node)) this.block.refuseIfFailed();
      this.startStatement();
      if (isPlannable(raw!.node)) return { rows: this.runStatement(statement, values) };
      const result = this.runCommand(raw!);
      return result.events ? { copy: result.events } : { rows: commandRows(result) };
    };
    const resources = raw && 'TransactionStmt' in raw.node ? undefined : this.engine.storage.resources;
    const portal: RunningPortal = new RunningPortal(statement.columns, !raw, start, finished, resources);
    portals.add(portal);
    return portal;
  }

  /** At Sync: ends the implicit transaction of the extended protocol. */
  finishImplicit(): void {
    this.block.endImplicit();
    this.disarmTimeout();
  }

  /**
   * After any throw: aborts the statement's transaction, frees its resources; returns the error for the client. After a
   * PANIC nothing is aborted or freed, not at `close` either: others could go on with what is half done.
   */
  failed(thrown: unknown): PgError {
    this.disarmTimeout();
    const told = toPgError(thrown);
    if (told.severity === 'PANIC') this.isClosed = true;
    else this.block.fail();
    return told;
  }

  /** Aborts what is open. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.engine.storage.buffers.onDamagedPage = this.logDamage;
    this.engine.access.ids.onWarning = this.logLimit;
    this.engine.access.ids.databaseName = () => undefined;
    if (this.block.isInTransaction) this.engine.access.transactions.abort();
    this.engine.access.statistics.report(true);
    this.sessionSettings.restoreProcess();
  }

  private *runSimple(sql: string, raw: RawStatement, isOneOfMany: boolean): SessionEvents {
    if (!endsBlock(raw.node)) this.block.refuseIfFailed();
    this.startStatement();
    if (isOneOfMany) this.block.beginImplicit();
    if (!isPlannable(raw.node)) return yield* this.runSimpleCommand(sql, raw);
    const { statement, planned } = this.positioned(sql, () => this.planQuery(raw));
    this.block.noteQuery();
    const run = runPlanned(this.context, planned, []);
    if (statement.columns) yield { kind: 'columns', columns: statement.columns };
    const tag = yield* rowEvents(run);
    this.finishStatement();
    yield { kind: 'complete', tag };
  }

  private planQuery(raw: RawStatement): { statement: Statement; planned: PlannedStatement } {
    const known = this.plannedQueries.get(raw);
    const standing = known?.standingPlan();
    if (known && standing) return { statement: known, planned: standing };
    const statement = new Statement(this.context, raw, [], false);
    const planned = statement.planned();
    if (planned.isTimeless) this.plannedQueries.set(raw, statement);
    return { statement, planned };
  }

  private runStatement(statement: Statement, values: readonly unknown[]): Run {
    const planned = this.positioned(statement.text, () => statement.planned());
    this.block.noteQuery();
    return runPlanned(this.context, planned, values);
  }

  private *runSimpleCommand(sql: string, raw: RawStatement): SessionEvents {
    const result = this.positioned(sql, () => this.runCommand(raw));
    if (result.columns) yield { kind: 'columns', columns: describeColumns(result.columns) };
    const tag = result.events ? yield* result.events : yield* rowEvents(commandRows(result));
    this.finishStatement();
    yield { kind: 'complete', tag };
  }

  private finishStatement(): void {
    this.block.finishStatement();
    this.disarmTimeout();
  }

  private commandColumns(raw: RawStatement): readonly OutputColumn[] | null {
    const { command, body } = commandFor(raw.node);
    return command.columns?.(this.context, body) ?? null;
  }

  private runCommand(raw: RawStatement): CommandResult {
    const { command, body } = commandFor(raw.node);
    if (command.writes) refuseIfReadOnly(this.engine, command.writes);
    return command.run(this.context, body);
  }

  private parseText(sql: string): readonly RawStatement[] {
    return this.parser.parse(sql);
  }

  private startStatement(): void {
    this.sessionSettings.noteBaseline();
    const isNew = !this.block.isInTransaction;
    this.block.startStatement();
    this.armTimeout();
    this.environment.startStatement(isNew);
  }

  private ended(committed: boolean): void {
    this.context.portals.clear();
    this.engine.access.statistics.report();
    this.sessionSettings.settle(committed);
    this.environment.transactionEnded();
  }

  private subtransactionChanged(event: 'begun' | 'released' | 'undone'): void {
    if (event === 'begun') this.sessionSettings.beginSub();
    else if (event === 'released') this.sessionSettings.releaseSub();
    else this.sessionSettings.undoSub();
  }

  /** Turns the byte locations of the tree into the character positions that clients want. */
  private positioned<T>(sql: string, body: () => T): T {
    try {
      return body();
    } catch (thrown) {
      if (!(thrown instanceof PgError) || thrown.details.position === undefined) throw thrown;
      const position = characterPosition(sql, thrown.details.position - 1, 'bytes');
      throw new PgError(thrown.severity, thrown.sqlState, thrown.message, { ...thrown.details, position });
    }
  }

  private armTimeout(): void {
    const { interrupts, os } = this.engine;
    const timeoutMs = this.settings.get('statement_timeout');
    if (timeoutMs > 0 && interrupts.statementDeadline === Infinity)
      interrupts.statementDeadline = os.clock.monotonic() + timeoutMs;
  }

  private disarmTimeout(): void {
    this.engine.interrupts.statementDeadline = Infinity;
  }

  /** Passes on what client_min_messages lets through. */
  private passNotice(notice: Notice, callbacks: SessionCallbacks): void {
    const least = LEVELS.indexOf(this.settings.get('client_min_messages').toUpperCase().replace(/\d$/, ''));
    if (notice.severity === 'INFO' || LEVELS.indexOf(notice.severity) >= least) callbacks.notice(notice);
  }
}

/** From the least to the most important, as client_min_messages orders them. */
const LEVELS: readonly string[] = ['DEBUG', 'LOG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'FATAL', 'PANIC'];

function* commandRows(result: Exclude<CommandResult, { events: CopyEvents }>): Run {
  if (result.run) return yield* result.run;
  yield* result.rows ?? [];
  return result.tag;
}

function* rowEvents(run: Run): Generator<SessionEvent, string> {
  try {
    let step = run.next();
    for (; !step.done; step = run.next()) yield { kind: 'row', values: step.value };
    return step.value;
  } finally {
    run.return('');
  }
}

function toPgError(thrown: unknown): PgError {
  if (thrown instanceof PgError) return thrown;
  if (thrown instanceof RangeError && /call stack/.test(thrown.message)) {
    return error(SqlState.statementTooComplex, 'stack depth limit exceeded', { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return error(SqlState.internalError, `internal error: ${message}`, { cause: thrown });
}
