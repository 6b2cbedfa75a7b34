import { PgError, fatal } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { enterDatabase, lookUpLogin } from '../../sql/session.js';
import type { SessionIdentity } from '../../sql/session.js';
import { writeAuthenticationOk, writeNegotiateVersion } from '../../sql/protocol/backend-messages.js';
import { parseStartupPacket, type StartupPacket } from '../../sql/protocol/startup-packet.js';
import type { Instance } from '../instance.js';
import type { ServerProcess } from '../server-process.js';
import { authenticateByScram } from './authentication.js';
import { cancelBackend } from './cancel.js';
import type { Client } from './client.js';

export type StartupRequest = Extract<StartupPacket, { kind: 'startup' }>;
type Login = ReturnType<typeof lookUpLogin>;

/** Any database that exists at every moment: where a role is looked up when the one asked for does not exist. */
const MAINTENANCE_DATABASE = 'postgres';

/** What the client wants; undefined when it left, or only wanted a statement cancelled. */
export async function readStartupRequest(client: Client, process: ServerProcess): Promise<StartupRequest | undefined> {
  for (;;) {
    const packet = await client.startupPacket();
    if (!packet) return undefined;
    const request = parseStartupPacket(packet);
    if (request.kind === 'startup') return request;
    if (request.kind === 'cancel') {
      cancelBackend(process.memory, process.log, request.pid, request.key);
      return undefined;
    }
    client.writer.raw('N');
    await client.flush();
  }
}

/** Authenticates the client and checks that it may connect; undefined when it left meanwhile. Raises FATAL. */
export async function authenticate(
  client: Client,
  process: ServerProcess,
  instance: Instance,
  request: StartupRequest,
): Promise<SessionIdentity | undefined> {
  if (request.isNewerMinor || request.unknownOptions.length > 0) {
    writeNegotiateVersion(client.writer, request.unknownOptions);
  }
  const { login, refusal } = findLogin(instance, request);
  const method = process.settings.get(client.isLocal ? 'local_auth_method' : 'host_auth_method');
  if (method === 'scram-sha-256') {
    const clusterNonce = instance.controlFile().mockAuthenticationNonce;
    const claim = { user: request.user, verifier: login?.passwordVerifier ?? null, clusterNonce };
    if (!(await authenticateByScram(client, process.os.random, claim))) return undefined;
  }
  if (refusal) throw refusal;
  checkReservedSlots(process, login!);
  enterDatabase(instance, request.database, login!);
  writeAuthenticationOk(client.writer);
  const { user: role, database } = request;
  return { database, role, databaseOid: login!.databaseOid, roleOid: login!.roleOid, superuser: login!.superuser };
}

/** A refusal is held back until the client has proved who it is: it tells what exists here. */
function findLogin(instance: Instance, { database, user }: StartupRequest): { login?: Login; refusal?: PgError } {
  try {
    return { login: lookUpLogin(instance, database, user) };
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    const refusal = fatal(thrown.sqlState, thrown.message, thrown.details);
    if (thrown.sqlState !== SqlState.invalidCatalogName) return { refusal };
    return { ...findLogin(instance, { database: MAINTENANCE_DATABASE, user } as StartupRequest), refusal };
  }
}

function checkReservedSlots({ memory, settings }: ServerProcess, login: Login): void {
  if (login.superuser) return;
  let connected = 0;
  for (let slot = 0; slot < memory.slots.backendCount; slot++) if (memory.slots.cancelKey(slot) !== 0) connected++;
  if (connected <= settings.get('max_connections') - settings.get('superuser_reserved_connections')) return;
  throw fatal(
    SqlState.tooManyConnections,
    'remaining connection slots are reserved for non-replication superuser connections',
  );
}
