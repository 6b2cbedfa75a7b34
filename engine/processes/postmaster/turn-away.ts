import type { PgError } from '../../base/errors.js';
import type { Memory } from '../../memory/memory.js';
import type { Connection } from '../../os/network.js';
import { writeError } from '../../sql/protocol/backend-messages.js';
import { MessageStream } from '../../sql/protocol/message-stream.js';
import { MAX_STARTUP_PACKET_BYTES } from '../../sql/protocol/message-types.js';
import { MessageWriter } from '../../sql/protocol/message-writer.js';
import { parseStartupPacket } from '../../sql/protocol/startup-packet.js';
import { cancelBackend } from '../backend/cancel.js';
import type { ServerLog } from '../server-log.js';

const PATIENCE_MS = 5000;
const GRACE_MS = 200;
const MOST_AT_ONCE = 200;

/**
 * Clients the cluster cannot serve now are told why; PostgreSQL forks a "dead-end" child for each. Cancel requests are
 * served here too, for they must work when every slot is taken. What a client can cost is bounded: a few kilobytes, a
 * few seconds, so many at a time.
 */
export class TurnAway {
  private now = 0;

  constructor(
    private readonly memory: Memory,
    private readonly log: ServerLog,
  ) {}

  turnAway(connection: Connection, reason: PgError): void {
    if (this.now >= MOST_AT_ONCE) return connection.destroy();
    this.now++;
    const timer = setTimeout(() => connection.destroy(), PATIENCE_MS);
    void this.answer(connection, reason).finally(() => {
      clearTimeout(timer);
      this.now--;
    });
    return undefined;
  }

  private async answer(connection: Connection, reason: PgError): Promise<void> {
    try {
      if (await this.wantsSession(connection)) {
        const writer = new MessageWriter();
        writeError(writer, reason);
        connection.write(writer.take());
      }
      await connection.end(GRACE_MS);
    } catch {
      connection.destroy(); // it did not speak the protocol
    }
  }

  private async wantsSession(connection: Connection): Promise<boolean> {
    const stream = new MessageStream(MAX_STARTUP_PACKET_BYTES);
    connection.open();
    for (let bytes = await connection.read(); bytes; bytes = await connection.read()) {
      stream.push(bytes);
      for (let packet = stream.nextStartupPacket(); packet; packet = stream.nextStartupPacket()) {
        const request = parseStartupPacket(packet);
        if (request.kind === 'startup') return true;
        if (request.kind === 'encryption') connection.write(Buffer.from('N'));
        else cancelBackend(this.memory, this.log, request.pid, request.key);
        if (request.kind === 'cancel') return false;
      }
    }
    return false;
  }
}
