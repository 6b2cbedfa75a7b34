import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { RawMessage } from './message-stream.js';
import { Frontend } from './message-types.js';

/** Small messages are handed on together: a client may send each row in one of its own. */
const PIECE_BYTES = 64 * 1024;

/** A wait for more of what the client sends; answered with false when it has left. */
export type Wait<What> = Generator<'input' | 'output', What, boolean | undefined>;

/** A message that has arrived already; with a type, only if it is of that one. */
export type Arrived = (type?: number) => RawMessage | undefined;

/**
 * The next piece of what the client sends during COPY FROM STDIN, good until the next wait; null at the end. Raises 57014
 * when the client gives up (commands/copyfromparse.c CopyGetData).
 */
export function* nextPiece(arrived: Arrived): Wait<Buffer | null> {
  for (;;) {
    const bodies = takeData(arrived);
    if (bodies.length > 0) return bodies.length === 1 ? bodies[0] : Buffer.concat(bodies);
    const message = arrived();
    if (message?.type === Frontend.copyDone) return null;
    // Flush and Sync mean nothing here.
    if (message && message.type !== Frontend.flush && message.type !== Frontend.sync) throw endOf(message);
    if (!message && (yield 'input') !== true) {
      throw error(SqlState.connectionFailure, 'unexpected EOF on client connection with an open transaction');
    }
  }
}

/** What comes behind the data stays: if the data is wrong, it is for the next who reads. */
function takeData(arrived: Arrived): Buffer[] {
  const bodies: Buffer[] = [];
  for (let bytes = 0; bytes < PIECE_BYTES;) {
    const message = arrived(Frontend.copyData);
    if (!message) break;
    bodies.push(message.body);
    bytes += message.body.length;
  }
  return bodies;
}

function endOf({ type, body }: RawMessage): Error {
  if (type === Frontend.copyFail) {
    const reason = body.toString('utf8', 0, Math.max(0, body.indexOf(0)));
    return error(SqlState.queryCanceled, `COPY from stdin failed: ${reason}`);
  }
  const code = type.toString(16).toUpperCase().padStart(2, '0');
  return error(SqlState.protocolViolation, `unexpected message type 0x${code} during COPY from stdin`);
}
