import { ServerError, type Connection } from '../adapters/connection.js';
import type { Target } from '../adapters/target.js';
import { tagOf, type History, type Outcome, type Transaction } from '../history/history.js';
import type { PlannedTransaction } from '../workloads/stream.js';
import { isPlain, wrongAnswer, wrongError, type Row, type Statement, type Workload } from '../workloads/workload.js';
import { answerTo, frameOf } from './envelope.js';
import { isExpectedError } from './expected-errors.js';

export interface SessionOptions {
  readonly client: number;
  readonly round: number;
  readonly workload: Workload;
  readonly statementMode: 'batch' | 'single';
  readonly target: Pick<Target, 'connect' | 'trace' | 'abilities'>;
  readonly history: History;
}

const READ_POSITIONS =
  'SELECT pg_current_wal_flush_lsn() AS flush, pg_current_wal_lsn() AS write, pg_current_wal_insert_lsn() AS insert';

function positionOf(text: unknown): number {
  const [high, low] = String(text).split('/');
  return parseInt(high, 16) * 0x1_0000_0000 + parseInt(low, 16);
}

/** Has the session ended with this error, so that nothing more will be answered? */
function endsSession(thrown: unknown): boolean {
  return !(thrown instanceof ServerError) || thrown.isFatal;
}

/** One client: runs transactions and writes down what it was told. */
export class ClientSession {
  private isLost = false;

  private constructor(
    private readonly connection: Connection,
    private readonly options: SessionOptions,
  ) {
    void connection.ended.then(() => (this.isLost = true));
  }

  static async connect(options: SessionOptions): Promise<ClientSession> {
    const { target, client } = options;
    const connection = await target.connect({ name: client === 0 ? 'checkpoints' : `client ${client}` });
    target.trace.label(connection.serverPid, client);
    return new ClientSession(connection, options);
  }

  get lost(): boolean {
    return this.isLost;
  }

  /** Settles when the connection has ended. */
  get ended(): Promise<void> {
    return this.connection.ended;
  }

  async query(request: string, input?: string): Promise<readonly Row[]> {
    return (await this.connection.query(request, input)).rows;
  }

  /** Runs one transaction; its outcome is in the history when this settles. */
  async run(number: number, planned: PlannedTransaction): Promise<void> {
    const { client, round, target, history, workload } = this.options;
    const transaction = history.invoke({
      ...planned,
      client,
      number,
      tag: tagOf({ client, number }),
      round,
      invokedAt: performance.now(),
      invokeSequence: target.trace.nextSequence(),
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
    const { client, round, target, history } = this.options;
    const invokeSequence = target.trace.nextSequence();
    const [row] = await this.query(READ_POSITIONS).catch(() => []);
    if (!row) return;
    const [flush, write, insert] = [row.flush, row.write, row.insert].map(positionOf);
    history.readings.push({
      client,
      round,
      invokeSequence,
      endSequence: target.trace.nextSequence(),
      flush,
      write,
      insert,
    });
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async execute(transaction: Transaction, statements: readonly Statement[]): Promise<Outcome> {
    const { target, workload, statementMode } = this.options;
    const { opening, closing } = frameOf(transaction, workload.envelope?.(transaction.effect, transaction.number));
    if (closing === undefined) return this.executeAlone(transaction, statements);
    const batch = statementMode === 'batch' && statements.every(isPlain);
    if (!batch) return this.executeEach(transaction, opening, statements, closing);
    transaction.commitSequence = target.trace.nextSequence();
    const request = [...opening, ...statements.map(({ sql }) => sql), closing].join('; ');
    return (await this.connection.query(request)).command === answerTo(closing) ? 'ok' : 'fail';
  }

  private async executeAlone(transaction: Transaction, statements: readonly Statement[]): Promise<Outcome> {
    transaction.commitSequence = this.options.target.trace.nextSequence();
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
    transaction.commitSequence = this.options.target.trace.nextSequence();
    return (await this.connection.query(closing)).command === answerTo(closing) ? 'ok' : 'fail';
  }

  private async answer(statement: Statement): Promise<void> {
    const { sql, database, input } = statement;
    try {
      const rows = database === undefined ? await this.query(sql, input) : await this.queryIn(database, sql);
      const wrong = wrongAnswer(statement, rows);
      if (wrong) this.note('live-reads', wrong.promised, wrong.found);
    } catch (thrown) {
      if (thrown instanceof ServerError && thrown.code === statement.fails) return;
      const wrong = thrown instanceof ServerError ? wrongError(statement, thrown.code) : undefined;
      if (wrong) this.note('live-reads', wrong.promised, wrong.found);
      throw thrown;
    }
  }

  /** Where there may be no such database, being refused is an error like any other. */
  private async queryIn(database: string, request: string): Promise<readonly Row[]> {
    let other: Connection | undefined;
    try {
      other = await this.options.target.connect({ database });
      return (await other.query(request)).rows;
    } catch (thrown) {
      if (!(thrown instanceof ServerError) || !isExpectedError(thrown, this.options.workload)) throw thrown;
      throw new ServerError(thrown.message, thrown.code, false, { cause: thrown });
    } finally {
      await other?.close();
    }
  }

  private async failed(transaction: Transaction, thrown: unknown): Promise<void> {
    const { message } = thrown as Error;
    const text = thrown instanceof ServerError ? `${thrown.code} ${message}` : message;
    if (endsSession(thrown)) {
      this.isLost = true;
      return this.end(transaction, transaction.commitSequence === undefined ? 'fail' : 'unknown', text);
    }
    this.end(transaction, 'fail', text);
    if (!isExpectedError(thrown as ServerError, this.options.workload)) {
      this.note('no-internal-error', `every statement of transaction ${transaction.tag} is legal and succeeds`, text);
    }
    if (this.options.target.abilities.transactions) await this.connection.query('ROLLBACK').catch(() => {});
  }

  private end(transaction: Transaction, outcome: Outcome, error?: string): void {
    transaction.endSequence = this.options.target.trace.nextSequence();
    transaction.endedAt = performance.now();
    transaction.outcome = outcome;
    transaction.error = error;
  }

  private note(invariant: string, promised: string, found: string): void {
    const { client, round, target, history } = this.options;
    history.anomalies.push({ client, round, sequence: target.trace.sequence, invariant, promised, found });
  }
}
