import { error, fatal } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Session, SessionEvent, SessionEvents } from '../session.js';
import type { TextEnvironment } from '../types/environment.js';
import {
  writeBare,
  writeCommandComplete,
  writeCopyResponse,
  writeError,
  writeParameterDescription,
  writeReadyForQuery,
  writeRowDescription,
} from './backend-messages.js';
import { nextPiece, type Arrived, type Wait } from './copy-input.js';
import { ExtendedQuery } from './extended-query.js';
import type { FormatCode, FrontendMessage } from './frontend-messages.js';
import { Backend, Frontend, OUTPUT_CHUNK_BYTES } from './message-types.js';
import type { MessageWriter } from './message-writer.js';
import { ResultWriter } from './result-writer.js';

/**
 * A started session's messages, one by one (postgres.c PostgresMain).
 *
 * `handle` is a generator: it yields `output` when enough of it has gathered that the caller should send it, and goes on
 * when the caller comes back. So a result of any size passes through a bounded buffer, at the pace of the client. It
 * yields `input` when it wants more of what the client sends during COPY; the caller sends what there is, waits until
 * something has arrived and answers true, or false when the client has left.
 *
 * An ERROR is answered here. After one in the extended protocol, messages are skipped up to Sync. FATAL and PANIC are
 * thrown on, with nothing written: their policy is the process's.
 */
export class Conversation {
  private readonly extended: ExtendedQuery;
  private skipsToSync = false;

  constructor(
    private readonly session: Session,
    private readonly writer: MessageWriter,
    private readonly environment: () => TextEnvironment,
    /** Told of every error that is answered here: what was thrown, for the log. */
    private readonly report: (thrown: unknown) => void,
    /** COPY takes its data so. */
    private readonly arrived: Arrived,
  ) {
    this.extended = new ExtendedQuery(session);
  }

  /** Whether a message of this type would be skipped, after an error and before Sync: it need not be decoded. */
  skips(type: number): boolean {
    return this.skipsToSync && type !== Frontend.sync && type !== Frontend.terminate;
  }

  *handle(message: FrontendMessage): Wait<void> {
    try {
      yield* this.dispatch(message);
    } catch (thrown) {
      const told = this.session.failed(thrown);
      if (told.severity !== 'ERROR') throw told;
      this.report(thrown);
      if (this.session.isInTransaction) this.extended.closeGonePortals();
      else this.extended.closePortals();
      writeError(this.writer, told);
      if (message.kind === 'query' || message.kind === 'functionCall' || message.kind === 'sync') this.ready();
      else this.skipsToSync = true;
    }
  }

  ready(): void {
    if (this.session.status === 'I') this.extended.closePortals();
    writeReadyForQuery(this.writer, this.session.status);
  }

  private *dispatch(message: FrontendMessage): Wait<void> {
    const { extended, session, writer } = this;
    switch (message.kind) {
      case 'query':
        extended.forgetUnnamed();
        yield* this.send(session.simpleQuery(message.sql), []);
        return this.ready();
      case 'parse':
        extended.parse(message);
        return writeBare(writer, Backend.parseComplete);
      case 'bind':
        extended.bind(message, this.environment());
        return writeBare(writer, Backend.bindComplete);
      case 'describe':
        return this.describe(message.target, message.name);
      case 'execute':
        return yield* this.execute(message);
      case 'close':
        extended.close(message.target, message.name);
        return writeBare(writer, Backend.closeComplete);
      case 'flush':
        yield 'output';
        return undefined;
      case 'sync':
        this.skipsToSync = false;
        session.finishImplicit();
        return this.ready();
      case 'functionCall':
        throw error(SqlState.featureNotSupported, 'fastpath function calls are not supported');
      case 'password':
        throw fatal(SqlState.protocolViolation, `invalid frontend message type ${Frontend.password}`);
      case 'copy': // left over from a COPY that failed before the client knew
      case 'terminate':
        return undefined;
    }
  }

  private describe(target: 'statement' | 'portal', name: string): void {
    if (target === 'portal') {
      const { portal, formats } = this.extended.portal(name);
      return writeRowDescription(this.writer, portal.columns, formats);
    }
    const statement = this.extended.statement(name);
    writeParameterDescription(this.writer, statement.parameterTypes);
    return writeRowDescription(this.writer, statement.columns);
  }

  /** RowDescription is not repeated here: the client asked with Describe, or does not want it. */
  private *execute(message: Extract<FrontendMessage, { kind: 'execute' }>): Wait<void> {
    const { portal, formats } = this.extended.portal(message.portal);
    const result = portal.columns && this.resultWriter(portal.columns, formats);
    yield* this.send(portal.run(message.maxRows), formats, result);
  }

  private *send(
    events: SessionEvents,
    formats: readonly FormatCode[],
    describedResult: ResultWriter | null = null,
  ): Wait<void> {
    let result = describedResult;
    for (let step = events.next(); step.done !== true;) {
      const event = step.value;
      if (event.kind === 'copy-wanted') {
        step = yield* this.givePiece(events);
        continue;
      }
      if (event.kind === 'row') result!.row(event.values);
      else if (event.kind !== 'columns') this.write(event);
      else if (!describedResult) {
        writeRowDescription(this.writer, event.columns, formats);
        result = this.resultWriter(event.columns, formats);
      }
      if (this.writer.pendingBytes >= OUTPUT_CHUNK_BYTES) yield 'output';
      step = events.next();
    }
  }

  private write(event: Exclude<SessionEvent, { kind: 'row' | 'columns' | 'copy-wanted' }>): void {
    const { writer } = this;
    switch (event.kind) {
      case 'complete':
        return writeCommandComplete(writer, event.tag);
      case 'suspended':
        return writeBare(writer, Backend.portalSuspended);
      case 'empty':
        return writeBare(writer, Backend.emptyQuery);
      case 'copy-in':
      case 'copy-out':
        return writeCopyResponse(writer, event);
      case 'copy-data':
        return writer.begin(Backend.copyData).raw(event.data).end();
      case 'copy-done':
        return writeBare(writer, Backend.copyDone);
    }
  }

  /** What the client does wrong during COPY is an error of the statement, which tells how far it was. */
  private *givePiece(events: SessionEvents): Wait<IteratorResult<SessionEvent, void>> {
    let piece: Buffer | null;
    try {
      piece = yield* nextPiece(this.arrived);
    } catch (thrown) {
      return events.throw(thrown);
    }
    return events.next(piece);
  }

  private resultWriter(
    columns: ConstructorParameters<typeof ResultWriter>[1],
    formats: readonly FormatCode[],
  ): ResultWriter {
    return new ResultWriter(this.writer, columns, formats, this.environment());
  }
}
