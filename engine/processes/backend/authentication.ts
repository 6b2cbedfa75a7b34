import { fatal, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { writeSasl, writeSaslRequest } from '../../sql/protocol/backend-messages.js';
import { violation } from '../../sql/protocol/message-stream.js';
import { Frontend } from '../../sql/protocol/message-types.js';
import {
  NONCE_BYTES,
  SCRAM_MECHANISM,
  ScramExchange,
  mockVerifier,
  parseScramVerifier,
} from '../../sql/protocol/scram.js';
import type { Random } from '../../os/os.js';
import type { Client } from './client.js';

export interface Claim {
  readonly user: string;
  /** pg_authid.rolpassword; null when the role does not exist or has none. */
  readonly verifier: string | null;
  /** The cluster's secret for exchanges with users who do not exist. */
  readonly clusterNonce: Buffer;
}

/** Lets the client prove that it knows the password. Resolves false when it left; FATAL 28P01 when it does not know. */
export async function authenticateByScram(client: Client, random: Random, claim: Claim): Promise<boolean> {
  const known = claim.verifier === null ? undefined : parseScramVerifier(claim.verifier);
  const exchange = new ScramExchange(
    known ?? mockVerifier(claim.user, claim.clusterNonce),
    random.bytes(NONCE_BYTES).toString('base64'),
  );
  writeSaslRequest(client.writer, [SCRAM_MECHANISM]);
  const first = await answer(client);
  if (!first) return false;
  writeSasl(client.writer, 'saslContinue', exchange.begin(initialResponse(first)));
  const final = await answer(client);
  if (!final) return false;
  const signature = exchange.finish(final.toString('utf8'));
  if (!known || signature === undefined) throw wrongPassword(claim.user);
  writeSasl(client.writer, 'saslFinal', signature);
  return true;
}

async function answer(client: Client): Promise<Buffer | undefined> {
  await client.flush();
  const message = await client.message();
  if (!message) return undefined;
  if (message.type !== Frontend.password) {
    throw violation(`expected SASL response, got message type ${message.type}`);
  }
  return message.body;
}

/** SASLInitialResponse: the mechanism's name, a length, the data. */
function initialResponse(body: Buffer): string {
  const end = body.indexOf(0);
  if (end < 0 || body.length < end + 5) throw violation('malformed SCRAM message');
  if (body.toString('latin1', 0, end) !== SCRAM_MECHANISM) {
    throw violation('client selected an invalid SASL authentication mechanism');
  }
  if (body.readInt32BE(end + 1) !== body.length - end - 5) throw violation('malformed SCRAM message');
  return body.toString('utf8', end + 5);
}

function wrongPassword(user: string): PgError {
  return fatal(SqlState.invalidPassword, `password authentication failed for user "${user}"`);
}
