import { fatal, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Connection } from '../../os/network.js';
import { writeError } from '../../sql/protocol/backend-messages.js';
import { MessageStream, type RawMessage } from '../../sql/protocol/message-stream.js';
import { MAX_AUTHENTICATION_MESSAGE_BYTES, MAX_MESSAGE_BYTES } from '../../sql/protocol/message-types.js';
import { MessageWriter } from '../../sql/protocol/message-writer.js';
import type { ServerProcess } from '../server-process.js';
import type { LatchWatch } from './latch-watch.js';

const FAREWELL_GRACE_MS = 200;

/** A backend's end of its client's connection. Waits for the client end early when this process is asked to do other things. */
export class Client {
  readonly writer = new MessageWriter();
  private readonly stream = new MessageStream(MAX_AUTHENTICATION_MESSAGE_BYTES);
  private reading: Promise<Buffer | undefined> | undefined;

  constructor(
    readonly connection: Connection,
    private readonly process: ServerProcess,
    private readonly watch: LatchWatch,
  ) {}

  get isLocal(): boolean {
    return this.connection.remoteAddress === '';
  }

  /** As in process titles: `[local]`, `127.0.0.1(54321)`. */
  get address(): string {
    return this.isLocal ? '[local]' : `${this.connection.remoteAddress}(${this.connection.remotePort})`;
  }

  /** From now on messages may be as long as statements and values need. */
  acceptLongMessages(): void {
    this.stream.maxMessageBytes = MAX_MESSAGE_BYTES;
  }

  /** A packet without type byte, as clients send first; undefined when the client left. */
  async startupPacket(): Promise<Buffer | undefined> {
    for (;;) {
      const packet = this.stream.nextStartupPacket();
      if (packet || !(await this.receive())) return packet;
    }
  }

  /** A message that has arrived already, or undefined; with a type, only if it is of that one. */
  arrived(type?: number): RawMessage | undefined {
    return this.stream.next(type);
  }

  /** The next message; undefined when the client left. Throws FATAL when this process is told to end meanwhile. */
  async message(): Promise<RawMessage | undefined> {
    for (;;) {
      const message = this.stream.next();
      if (message || !(await this.receive())) return message;
    }
  }

  /** Waits for more of what a running statement reads; false when the client left. Throws as `Interrupts.check` does. */
  moreForStatement(): Promise<boolean> {
    return this.receive(() => this.process.interrupts.check());
  }

  /** Sends what was written. While the client takes it too slowly: a wait, which throws as `Interrupts.check` does. */
  flush(): Promise<void> | undefined {
    if (this.writer.pendingBytes === 0 || this.connection.write(this.writer.take())) return undefined;
    return this.drained();
  }

  /** Tells the client why, if it still listens, and closes. */
  async farewell(reason?: PgError): Promise<void> {
    if (reason) writeError(this.writer, reason);
    if (this.writer.pendingBytes > 0) this.connection.write(this.writer.take());
    await this.connection.end(FAREWELL_GRACE_MS);
  }

  private async drained(): Promise<void> {
    const drained = this.connection.drained();
    this.process.memory.slots.showWaiting('Client', 'ClientWrite');
    do this.process.interrupts.check();
    while (!(await this.watch.until(drained)));
    this.process.memory.slots.showWorking();
    if (this.connection.isClosed) throw fatal(SqlState.connectionFailure, 'connection to client lost');
  }

  /** Waits for more bytes; false when the client left. */
  private async receive(serveInterrupts = () => this.serveIdleInterrupts()): Promise<boolean> {
    this.process.memory.slots.showWaiting('Client', 'ClientRead');
    this.reading ??= this.connection.read();
    do serveInterrupts();
    while (!(await this.watch.until(this.reading)));
    serveInterrupts();
    const bytes = await this.reading;
    this.reading = undefined;
    this.process.memory.slots.showWorking();
    if (bytes) this.stream.push(bytes);
    return bytes !== undefined;
  }

  /** A cancel between statements is for none. */
  private serveIdleInterrupts(): void {
    const { interrupts } = this.process;
    interrupts.forgetCancel();
    interrupts.check();
    this.process.reloadIfAsked();
  }
}
