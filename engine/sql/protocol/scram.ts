import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { fatal, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { violation } from './message-stream.js';

/**
 * SCRAM-SHA-256 (RFC 5802, 7677), server side, without channel binding.
 *
 *   client                                   server
 *   n,,n=,r=<client nonce>            ──►
 *                                     ◄──    r=<both nonces>,s=<salt>,i=<iterations>
 *   c=biws,r=<both>,p=<proof>         ──►
 *                                     ◄──    v=<server signature>
 *
 * The server keeps StoredKey and ServerKey, not the password; the proof shows that the client knows ClientKey, of which
 * StoredKey is the hash. PostgreSQL takes the user from the start-up packet and ignores the one in here.
 */
export const SCRAM_MECHANISM = 'SCRAM-SHA-256';
const ITERATIONS = 4096;
const KEY_BYTES = 32;
export const SALT_BYTES = 16;
export const NONCE_BYTES = 18;

export interface ScramVerifier {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

const hmac = (key: Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest();

/** pg_authid.rolpassword: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, in base64. */
export function makeScramVerifier(password: string, salt: Buffer, iterations = ITERATIONS): string {
  const salted = pbkdf2Sync(prepare(password), salt, iterations, KEY_BYTES, 'sha256');
  const storedKey = sha256(hmac(salted, 'Client Key'));
  const keys = `${storedKey.toString('base64')}:${hmac(salted, 'Server Key').toString('base64')}`;
  return `${SCRAM_MECHANISM}$${iterations}:${salt.toString('base64')}$${keys}`;
}

export function parseScramVerifier(text: string): ScramVerifier | undefined {
  const match = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/.exec(text);
  if (!match) return undefined;
  const [salt, storedKey, serverKey] = match.slice(2).map((part) => Buffer.from(part, 'base64'));
  if (storedKey.length !== KEY_BYTES || serverKey.length !== KEY_BYTES) return undefined;
  return { iterations: Number(match[1]), salt, storedKey, serverKey };
}

/**
 * For a user who does not exist or has no password: an exchange that looks the same and fails at its end. The salt is
 * the same at every attempt, as a real user's would be (mock_scram_secret).
 */
export function mockVerifier(user: string, clusterNonce: Buffer): ScramVerifier {
  const salt = createHash('sha256').update(user).update(clusterNonce).digest().subarray(0, SALT_BYTES);
  return { iterations: ITERATIONS, salt, storedKey: Buffer.alloc(KEY_BYTES), serverKey: Buffer.alloc(KEY_BYTES) };
}

/** SASLprep's part that passwords need in practice: compatibility composition; characters outside stay as they are. */
function prepare(password: string): string {
  return password.normalize('NFKC');
}

/** One exchange. Malformed messages raise FATAL 08P01; a wrong proof makes `finish` return undefined. */
export class ScramExchange {
  private clientFirstBare = '';
  private serverFirst = '';
  private nonce = '';
  private bindingHeader = '';

  constructor(
    private readonly verifier: ScramVerifier,
    private readonly serverNonce: string,
  ) {}

  /** Takes client-first-message, returns server-first-message. */
  begin(clientFirst: string): string {
    const match = /^(([ny])|p=([^,]*)),(a=[^,]*)?,((m=[^,]*,)?n=[^,]*,r=([^,]+)(,.*)?)$/s.exec(clientFirst);
    if (!match) throw malformed('Could not parse the client-first-message.');
    const [, , flag, channelBinding, authorizationId, bare, extension, clientNonce] = match;
    if (channelBinding !== undefined) throw malformed('The client requires SCRAM channel binding.');
    if (authorizationId) throw unsupported('client uses authorization identity, but it is not supported');
    if (extension) throw unsupported('client requires an unsupported SCRAM extension');
    if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(clientNonce)) throw malformed('Non-printable characters in SCRAM nonce.');
    this.bindingHeader = `${flag},,`;
    this.clientFirstBare = bare;
    this.nonce = clientNonce + this.serverNonce;
    this.serverFirst = `r=${this.nonce},s=${this.verifier.salt.toString('base64')},i=${this.verifier.iterations}`;
    return this.serverFirst;
  }

  /** Takes client-final-message; returns server-final-message, or undefined when the proof is wrong. */
  finish(clientFinal: string): string | undefined {
    const match = /^(c=([^,]*),r=([^,]*)(?:,.*)?),p=([A-Za-z0-9+/=]+)$/s.exec(clientFinal);
    if (!match) throw malformed('Could not parse the client-final-message.');
    const [, withoutProof, binding, nonce, proof] = match;
    if (binding !== Buffer.from(this.bindingHeader).toString('base64')) {
      throw malformed('Unexpected SCRAM channel-binding attribute in client-final-message.');
    }
    if (nonce !== this.nonce) throw malformed('Nonce does not match.');
    const authMessage = `${this.clientFirstBare},${this.serverFirst},${withoutProof}`;
    if (!this.isProven(Buffer.from(proof, 'base64'), authMessage)) return undefined;
    return `v=${hmac(this.verifier.serverKey, authMessage).toString('base64')}`;
  }

  private isProven(proof: Buffer, authMessage: string): boolean {
    if (proof.length !== KEY_BYTES) throw malformed('Malformed proof in client-final-message.');
    const signature = hmac(this.verifier.storedKey, authMessage);
    const clientKey = proof.map((byte, index) => byte ^ signature[index]);
    return timingSafeEqual(sha256(Buffer.from(clientKey)), this.verifier.storedKey);
  }
}

function malformed(detail: string): PgError {
  return violation('malformed SCRAM message', { detail });
}

function unsupported(message: string): PgError {
  return fatal(SqlState.featureNotSupported, message);
}
