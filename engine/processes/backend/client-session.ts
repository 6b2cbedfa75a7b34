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
    );
  }

  /** Serves messages until the client says goodbye or is gone. */
  async run(): Promise<void> {
    const { client, process } = this;
    const conversation = this.conversation!;
    for (;;) {
      this.report(STATES[this.session!.status]); // before the client hears of it
      const raw = client.arrived() ?? (await client.flush(), await client.message());
      if (!raw || raw.type === Frontend.terminate) return;
      if (conversation.skips(raw.type)) continue;
      process.interrupts.check();
      const message = parseFrontendMessage(raw);
      this.reportStatement(message);
      await this.drive(conversation.handle(message));
      if (message.kind === 'query' || message.kind === 'sync') {
        this.report(STATES[this.session!.status]);
        await client.flush();
      }
    }
  }

  /** What the client is to be told; the transaction is rolled back. */
  failed(thrown: unknown): PgError {
    if (thrown instanceof PgError && thrown.severity !== 'ERROR') {
      if (thrown.severity === 'FATAL') this.session?.failed(thrown);
      return thrown;
    }
    if (!(thrown instanceof PgError)) this.process.log.error(thrown, this.statement);
    const told = this.session?.failed(thrown) ?? (thrown as PgError);
    return new PgError('FATAL', told.sqlState ?? 'XX000', told.message, told.details);
  }

  close(): void {
    this.session?.close();
  }

  /** Runs the answer to one message, sending as it grows. What ends the wait for a slow client ends the statement. */
  private async drive(answer: Generator<'output'>): Promise<void> {
    let step = answer.next();
    while (!step.done) {
      const failure = await this.client.flush().then(
        () => undefined,
        (thrown: unknown) => ({ thrown }),
      );
      step = failure ? answer.throw(failure.thrown) : answer.next();
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
    process.memory.slots.setIdentity(identity.databaseOid, identity.roleOid);
    process.memory.activity.report({
      backendStart: process.os.clock.now(),
      role: identity.role,
      database: identity.database,
      clientAddress: client.connection.remoteAddress,
      clientPort: client.isLocal ? -1 : client.connection.remotePort,
      applicationName,
    });
  }

  private reportStatement(message: FrontendMessage): void {
    const sql = message.kind === 'query' || message.kind === 'parse' ? message.sql : undefined;
    if (sql !== undefined) this.statement = sql;
    if (message.kind === 'query' || message.kind === 'execute' || message.kind === 'parse') {
      const now = this.process.os.clock.now();
      this.report('active', sql === undefined ? { queryStart: now } : { query: sql, queryStart: now });
    }
  }

  private report(state: ActivityState, more: { query?: string; queryStart?: number } = {}): void {
    if (state === this.shownState && more.query === undefined) return;
    this.shownState = state;
    this.process.setTitle(`${this.title} ${state}`);
    this.process.memory.activity.report({ ...more, state, stateChange: this.process.os.clock.now() });
  }
}
