import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { tagOf, type History, type Outcome, type Transaction } from '../history/history.js';
import type { TraceArea } from '../trace/trace-area.js';
import type { PlannedTransaction } from '../workloads/stream.js';
import { isPlain, wrongAnswer, wrongError, type Row, type Statement, type Workload } from '../workloads/workload.js';
import { answerTo, frameOf } from './envelope.js';
import { isExpectedError } from './expected-errors.js';

export interface SessionOptions {
  readonly client: number;
  readonly round: number;
  readonly workload: Workload;
  readonly statementMode: 'batch' | 'single';
  readonly trace: TraceArea;
  readonly history: History;
}

const READ_POSITIONS =
  'SELECT pg_current_wal_flush_lsn() AS flush, pg_current_wal_lsn() AS write, pg_current_wal_insert_lsn() AS insert';

function positionOf(text: unknown): number {
  const [high, low] = String(text).split('/');
  return parseInt(high, 16) * 0x1_0000_0000 + parseInt(low, 16);
}

function isServerError(thrown: unknown): thrown is pg.DatabaseError {
  return thrown instanceof pg.DatabaseError;
}

/** Has the session ended with this error, so that nothing more will be answered? */
function endsSession(thrown: unknown): boolean {
  return !isServerError(thrown) || thrown.severity === 'FATAL' || thrown.severity === 'PANIC';
}

/** One client: runs transactions and writes down what it was told. */
export class ClientSession {
  private isLost = false;
  private readonly whenLost: Promise<void>;

  private constructor(
    private readonly connection: pg.Client,
    private readonly config: pg.ClientConfig,
    private readonly options: SessionOptions,
  ) {
    this.whenLost = new Promise((resolve) => {
      connection.on('error', () => this.lose(resolve));
      connection.on('end', () => this.lose(resolve));
    });
  }

  static async connect(config: pg.ClientConfig, options: SessionOptions): Promise<ClientSession> {
    const connection = new pg.Client(config);
    const session = new ClientSession(connection, config, options);
    await connection.connect();
    options.trace.label((connection as unknown as { processID: number }).processID, options.client);
    return session;
  }

  get lost(): boolean {
    return this.isLost;
  }

  /** Settles when the connection has ended. */
  get ended(): Promise<void> {
    return this.whenLost;
  }

  /** `input`: what COPY FROM STDIN reads. */
  async query(sql: string, input?: string): Promise<Row[]> {
    if (input === undefined) return (await this.connection.query(sql)).rows as Row[];
    await pipeline(Readable.from([Buffer.from(input)]), this.connection.query(copyFrom(sql)));
    return [];
  }

  /** Runs one transaction; its outcome is in the history when this settles. */
  async run(number: number, planned: PlannedTransaction): Promise<void> {
    const { client, round, trace, history, workload } = this.options;
    const transaction = history.invoke({
      ...planned,
      client,
      number,
      tag: tagOf({ client, number }),
      round,
      invokedAt: performance.now(),
      invokeSequence: trace.nextSequence(),
    });
    const statements = workload.statements(transaction.tag, planned.effect, client);
    try {
      this.end(transaction, await this.execute(transaction, statements));
    } catch (thrown) {
      await this.failed(transaction, thrown);
    }
  }

  /** Reads the log positions into the history. */
  async readPositions(): Promise<void> {
    const { client, round, trace, history } = this.options;
    const invokeSequence = trace.nextSequence();
    const [row] = await this.query(READ_POSITIONS).catch(() => []);
    if (!row) return;
    const [flush, write, insert] = [row.flush, row.write, row.insert].map(positionOf);
    history.readings.push({ client, round, invokeSequence, endSequence: trace.nextSequence(), flush, write, insert });
  }

  async close(): Promise<void> {
    await this.connection.end().catch(() => {});
  }

  private lose(resolve: () => void): void {
    this.isLost = true;
    resolve();
  }

  private async execute(transaction: Transaction, statements: readonly Statement[]): Promise<Outcome> {
    const { trace, workload, statementMode } = this.options;
    const { opening, closing } = frameOf(transaction, workload.envelope?.(transaction.effect, transaction.number));
    if (closing === undefined) return this.executeAlone(transaction, statements);
    const batch = statementMode === 'batch' && statements.every(isPlain);
    if (!batch) return this.executeEach(transaction, opening, statements, closing);
    transaction.commitSequence = trace.nextSequence();
    const results = await this.connection.query([...opening, ...statements.map(({ sql }) => sql), closing].join('; '));
    const last = Array.isArray(results) ? (results as pg.QueryResult[]).at(-1)! : results;
    return last.command === answerTo(closing) ? 'ok' : 'fail';
  }

  private async executeAlone(transaction: Transaction, statements: readonly Statement[]): Promise<Outcome> {
    transaction.commitSequence = this.options.trace.nextSequence();
    for (const statement of statements) await this.answer(statement);
    return 'ok';
  }

  private async executeEach(
    transaction: Transaction,
    opening: readonly string[],
    statements: readonly Statement[],
    closing: string,
  ): Promise<Outcome> {
    for (const sql of opening) await this.connection.query(sql);
    for (const statement of statements) await this.answer(statement);
    transaction.commitSequence = this.options.trace.nextSequence();
    return (await this.connection.query(closing)).command === answerTo(closing) ? 'ok' : 'fail';
  }

  private async answer(statement: Statement): Promise<void> {
    const { sql, database, input } = statement;
    try {
      const rows = database === undefined ? await this.query(sql, input) : await this.queryIn(database, sql);
      const wrong = wrongAnswer(statement, rows);
      if (wrong) this.note('live-reads', wrong.promised, wrong.found);
    } catch (thrown) {
      if (isServerError(thrown) && thrown.code === statement.fails) return;
      const wrong = isServerError(thrown) ? wrongError(statement, thrown.code ?? '') : undefined;
      if (wrong) this.note('live-reads', wrong.promised, wrong.found);
      throw thrown;
    }
  }

  /** Where there may be no such database, being refused is an error like any other. */
  private async queryIn(database: string, sql: string): Promise<Row[]> {
    const other = new pg.Client({ ...this.config, database });
    other.on('error', () => {});
    try {
      await other.connect();
      return (await other.query(sql)).rows as Row[];
    } catch (thrown) {
      const isRefused = isServerError(thrown) && isExpectedError(thrown, this.options.workload);
      if (isRefused) (thrown as pg.DatabaseError).severity = 'ERROR';
      throw thrown;
    } finally {
      await other.end().catch(() => {});
    }
  }

  private async failed(transaction: Transaction, thrown: unknown): Promise<void> {
    const text = isServerError(thrown) ? `${thrown.code} ${thrown.message}` : (thrown as Error).message;
    if (endsSession(thrown)) {
      this.isLost = true;
      return this.end(transaction, transaction.commitSequence === undefined ? 'fail' : 'unknown', text);
    }
    this.end(transaction, 'fail', text);
    if (!isExpectedError(thrown as pg.DatabaseError, this.options.workload)) {
      this.note('no-internal-error', `every statement of transaction ${transaction.tag} is legal and succeeds`, text);
    }
    await this.connection.query('ROLLBACK').catch(() => {});
  }

  private end(transaction: Transaction, outcome: Outcome, error?: string): void {
    transaction.endSequence = this.options.trace.nextSequence();
    transaction.endedAt = performance.now();
    transaction.outcome = outcome;
    transaction.error = error;
  }

  private note(invariant: string, promised: string, found: string): void {
    const { client, round, trace, history } = this.options;
    history.anomalies.push({ client, round, sequence: trace.sequence, invariant, promised, found });
  }
}
