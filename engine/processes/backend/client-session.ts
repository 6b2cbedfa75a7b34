import { IDLE_REPORT_MS } from '../../access/statistics/statistics.js';
import { PgError, type Notice } from '../../base/errors.js';
import type { ActivityState } from '../../memory/activity.js';
import {
  writeBackendKeyData,
  writeNotice,
  writeParameterStatus,
  writeReadyForQuery,
} from '../../sql/protocol/backend-messages.js';
import { Conversation } from '../../sql/protocol/conversation.js';
import { parseFrontendMessage, type FrontendMessage } from '../../sql/protocol/frontend-messages.js';
import type { RawMessage } from '../../sql/protocol/message-stream.js';
import { Frontend } from '../../sql/protocol/message-types.js';
import { Session, type SessionIdentity } from '../../sql/session.js';
import type { Instance } from '../instance.js';
import type { ServerProcess } from '../server-process.js';
import { applyStartupSettings, reportedSettings } from './startup-settings.js';
import type { Client } from './client.js';

const STATES: Record<Session['status'], ActivityState> = {
  I: 'idle',
  T: 'idle in transaction',
  E: 'idle in transaction (aborted)',
};

/** A client's session from authentication to its end: the message loop, and what others see of it. */
export class ClientSession {
  private session: Session | undefined;
  private conversation: Conversation | undefined;
  private title = '';
  private shownState = '';
  private statement: string | undefined;
  private instance: Instance | undefined;
  private lateReport: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: Client,
    private readonly process: ServerProcess,
  ) {}

  /** Whether this backend has become a client's own, never to go back to the pool. */
  get hasBegun(): boolean {
    const { slots } = this.process.memory;
    return slots.cancelKey(slots.mine) !== 0;
  }

  /** The client wants a session. Takes the key that lets it cancel; from now on this backend counts as connected. */
  begin(): void {
    this.process.memory.slots.setCancelKey(this.process.os.random.uint32() | 1);
  }

  open(instance: Instance, identity: SessionIdentity, wanted: readonly (readonly [string, string])[]): void {
    const { client, process } = this;
    const { writer } = client;
    this.instance = instance;
    instance.access.statistics.countSession();
    this.session = new Session(instance, identity, {
      notice: (notice) => this.notice(notice),
      parameterStatus: (name, value) => writeParameterStatus(writer, name, value),
    });
    applyStartupSettings(this.session.settings, identity, wanted);
    this.show(identity);
    for (const name of reportedSettings) writeParameterStatus(writer, name, this.session.settings.show(name));
    writeBackendKeyData(writer, process.os.processes.pid, process.memory.slots.cancelKey(process.memory.slots.mine));
    writeReadyForQuery(writer, 'I');
    client.acceptLongMessages();
    this.conversation = new Conversation(
      this.session,
      writer,
      () => this.session!.textEnvironment(),
      (thrown) => process.log.error(thrown, this.statement),
      (type) => client.arrived(type),
    );
  }

  /** Serves messages until the client says goodbye or is gone. */
  async run(): Promise<void> {
    const { client, process } = this;
    const conversation = this.conversation!;
    for (;;) {
      this.report(STATES[this.session!.status]); // before the client hears of it
      const raw = client.arrived() ?? (await this.nextMessage());
      if (!raw || raw.type === Frontend.terminate) return;
      if (conversation.skips(raw.type)) continue;
      process.interrupts.check();
      const message = parseFrontendMessage(raw);
      this.reportStatement(message);
      const answer = conversation.handle(message);
      const step = answer.next();
      if (step.done !== true) await this.serve(answer, step.value);
      if (message.kind === 'query' || message.kind === 'sync') {
        this.report(STATES[this.session!.status]);
        const slow = client.flush();
        if (slow) await slow;
      }
    }
  }

  /** What the client is to be told; the transaction is rolled back. */
  failed(thrown: unknown): PgError {
    if (thrown instanceof PgError && thrown.severity !== 'ERROR') {
      this.session?.failed(thrown);
      return thrown;
    }
    if (!(thrown instanceof PgError)) this.process.log.error(thrown, this.statement);
    const told = this.session?.failed(thrown) ?? (thrown as PgError);
    return new PgError('FATAL', told.sqlState ?? 'XX000', told.message, told.details);
  }

  close(): void {
    clearTimeout(this.lateReport);
    this.session?.close();
  }

  private async nextMessage(): Promise<RawMessage | undefined> {
    const slow = this.client.flush();
    if (slow) await slow;
    if (this.instance!.access.statistics.isBehind)
      this.lateReport ??= setTimeout(() => this.reportLate(), IDLE_REPORT_MS);
    return this.client.message();
  }

  private reportLate(): void {
    const { transactions, statistics } = this.instance!.access;
    this.lateReport = undefined;
    if (!transactions.isInTransaction) statistics.report(true);
  }

  /** Sends the answer to one message, and fetches what it asks for. What ends a wait for the client ends the statement. */
  private async serve(answer: ReturnType<Conversation['handle']>, firstWish: 'output' | 'input'): Promise<void> {
    for (let wish: 'output' | 'input' | undefined = firstWish; wish !== undefined;) {
      const outcome = await this.fulfilled(wish);
      const step = 'thrown' in outcome ? answer.throw(outcome.thrown) : answer.next(outcome.isOpen);
      wish = step.done === true ? undefined : step.value;
    }
  }

  private async fulfilled(wish: 'output' | 'input'): Promise<{ isOpen: boolean } | { thrown: unknown }> {
    try {
      const slow = this.client.flush();
      if (slow) await slow;
      return { isOpen: wish === 'output' || (await this.client.moreForStatement()) };
    } catch (thrown) {
      return { thrown };
    }
  }

  private notice(notice: Notice): void {
    writeNotice(this.client.writer, notice);
  }

  /** Who this is, in `ps`, pg_stat_activity and the log. */
  private show(identity: SessionIdentity): void {
    const { client, process } = this;
    const applicationName = this.session!.settings.get('application_name');
    this.title = `${identity.role} ${identity.database} ${client.address}`;
    Object.assign(process.log.identity, { user: identity.role, database: identity.database, applicationName });
    process.memory.activity.reportClient({
      backendStart: process.os.clock.now(),
      role: identity.role,
      database: identity.database,
      clientAddress: client.connection.remoteAddress,
      clientPort: client.isLocal ? -1 : client.connection.remotePort,
      applicationName,
    });
  }

  private reportStatement(message: FrontendMessage): void {
    if (message.kind === 'query' || message.kind === 'parse') this.statement = message.sql;
    else if (message.kind !== 'execute') return;
    this.report('active', message.kind === 'execute' ? undefined : message.sql);
  }

  private report(state: ActivityState, query?: string): void {
    if (state === this.shownState && query === undefined) return;
    if (state !== this.shownState) this.process.setTitle(`${this.title} ${state}`);
    this.shownState = state;
    this.process.memory.activity.reportState(state, this.process.os.clock.now(), query);
  }
}
