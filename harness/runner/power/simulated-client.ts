import { SimulatedError, type SimulatedSession } from '../../adapters/simulated-target.js';
import { tagOf, type History, type Outcome, type Transaction } from '../../history/history.js';
import type { PlannedTransaction } from '../../workloads/stream.js';
import { isPlain, wrongAnswer, wrongError, type Row, type Statement, type Workload } from '../../workloads/workload.js';
import { frameOf } from '../envelope.js';
import { isExpectedError } from '../expected-errors.js';

export interface SimulatedClientOptions {
  readonly client: number;
  readonly workload: Workload;
  readonly planned: readonly { readonly number: number; readonly transaction: PlannedTransaction }[];
  readonly statementMode: 'batch' | 'single';
  readonly history: History;
  /** The next place in the total order. */
  readonly nextSequence: () => number;
  readonly nowMs: () => number;
  /** In another database than the session's. */
  readonly queryIn: (database: string, sql: string) => Row[];
}

/** One client of a simulated cluster: a message a turn, and what it was told is written down. */
export class SimulatedClient {
  session: SimulatedSession | undefined;
  /** It is inside a call, whose process others interrupted. */
  isBusy = false;
  private readonly turns: Generator<void>;
  private isDone = false;

  constructor(private readonly options: SimulatedClientOptions) {
    this.turns = this.run();
  }

  get done(): boolean {
    return this.isDone;
  }

  /** Sends one message and takes the answer. */
  turn(): void {
    this.isBusy = true;
    try {
      this.isDone = this.turns.next().done === true;
    } finally {
      this.isBusy = false;
    }
  }

  private *run(): Generator<void> {
    for (const { number, transaction } of this.options.planned) yield* this.runOne(number, transaction);
  }

  private *runOne(number: number, planned: PlannedTransaction): Generator<void> {
    const { client, workload, history, nextSequence, nowMs } = this.options;
    const tag = tagOf({ client, number });
    const transaction = history.invoke({
      ...planned,
      client,
      number,
      tag,
      round: history.crashes.length,
      invokedAt: nowMs(),
      invokeSequence: nextSequence(),
    });
    try {
      this.end(transaction, yield* this.execute(transaction, workload.statements(tag, planned.effect, client)));
    } catch (thrown) {
      this.failed(transaction, thrown);
    }
    yield;
  }

  /** On one session from its first message to its last: a transaction does not survive its connection. */
  private *execute(transaction: Transaction, statements: readonly Statement[]): Generator<void, Outcome> {
    const session = this.session!;
    const { workload, statementMode, nextSequence } = this.options;
    const { opening, closing } = frameOf(transaction, workload.envelope?.(transaction.effect, transaction.number));
    if (closing === undefined) return yield* this.executeAlone(session, transaction, statements);
    if (statementMode === 'batch' && statements.every(isPlain)) {
      transaction.commitSequence = nextSequence();
      session.query([...opening, ...statements.map(({ sql }) => sql), closing].join('; '));
      return 'ok';
    }
    session.query(opening.join('; '));
    for (const statement of statements) {
      yield;
      this.answer(session, statement);
    }
    yield;
    transaction.commitSequence = nextSequence();
    session.query(closing);
    return 'ok';
  }

  private *executeAlone(
    session: SimulatedSession,
    transaction: Transaction,
    statements: readonly Statement[],
  ): Generator<void, Outcome> {
    transaction.commitSequence = this.options.nextSequence();
    for (const statement of statements) {
      this.answer(session, statement);
      yield;
    }
    return 'ok';
  }

  private answer(session: SimulatedSession, statement: Statement): void {
    try {
      const { sql, database, input } = statement;
      const rows = database === undefined ? session.query(sql, input) : this.options.queryIn(database, sql);
      const wrong = wrongAnswer(statement, rows);
      if (wrong) this.note('live-reads', wrong.promised, wrong.found);
    } catch (thrown) {
      if (!(thrown instanceof SimulatedError)) throw thrown;
      if (thrown.code === statement.fails) return;
      const wrong = wrongError(statement, thrown.code);
      if (wrong) this.note('live-reads', wrong.promised, wrong.found);
      throw thrown;
    }
  }

  private failed(transaction: Transaction, thrown: unknown): void {
    if (!(thrown instanceof SimulatedError)) throw thrown;
    const text = `${thrown.code} ${thrown.message}`;
    if (thrown.severity !== 'ERROR') {
      this.end(transaction, transaction.commitSequence === undefined ? 'fail' : 'unknown', text);
      return;
    }
    this.end(transaction, 'fail', text);
    if (!isExpectedError(thrown, this.options.workload)) {
      this.note('no-internal-error', `every statement of transaction ${transaction.tag} is legal and succeeds`, text);
    }
    this.session!.query('ROLLBACK');
  }

  private end(transaction: Transaction, outcome: Outcome, error?: string): void {
    transaction.endSequence = this.options.nextSequence();
    transaction.endedAt = this.options.nowMs();
    transaction.outcome = outcome;
    transaction.error = error;
  }

  private note(invariant: string, promised: string, found: string): void {
    const { client, history, nextSequence } = this.options;
    history.anomalies.push({
      client,
      round: history.crashes.length,
      sequence: nextSequence(),
      invariant,
      promised,
      found,
    });
  }
}
