import { fatal } from '../base/errors.js';
import { SqlState } from '../base/sqlstate.js';
import { loadParser } from '../sql/session.js';
import { Client } from './backend/client.js';
import { LatchWatch } from './backend/latch-watch.js';
import { authenticate, readStartupRequest } from './backend/login.js';
import { ClientSession } from './backend/client-session.js';
import { PoolPlace } from './backend/pool-place.js';
import type { Instance } from './instance.js';
import type { ServerProcess } from './server-process.js';

/**
 * A backend.
 *
 * Why: serves one client, alone, for the whole life of its connection: parses, plans, executes, answers.
 * Essential: to its client.
 * Started by: the postmaster, ahead of need: it waits in the pool, everything loaded, until it is handed a connection.
 * Ends: when its client leaves, or it is told to; exit code 1 after a FATAL error concerns its client only.
 * Its crash: the postmaster resets the cluster.
 *
 * A connection that only brings a cancel request, or nothing at all, uses up no backend: it goes back to the pool.
 */
export async function runBackend(process: ServerProcess): Promise<void> {
  const watch = new LatchWatch(process.memory.latches);
  const pool = new PoolPlace(process, watch);
  const openInstance = once(() => process.openInstance());
  await loadParser();

  for (;;) {
    const connection = await pool.nextConnection();
    if (!connection) return;
    const client = new Client(connection, process, watch);
    if ((await serve(client, process, openInstance)) === 'session ended') return;
  }
}

type Outcome = 'session ended' | 'no session';

/** One connection, to its end. Throws what ends this process too, after the client was told. */
async function serve(client: Client, process: ServerProcess, openInstance: () => Instance): Promise<Outcome> {
  const session = new ClientSession(client, process);
  try {
    if (await begin(client, process, openInstance, session)) await session.run();
    session.close();
    await client.farewell();
  } catch (thrown) {
    const reason = session.failed(thrown);
    session.close();
    await client.farewell(reason);
    if (session.hasBegun || reason.sqlState === SqlState.adminShutdown) throw reason;
    process.log.error(reason);
  }
  return session.hasBegun ? 'session ended' : 'no session';
}

/** From the first packet to ReadyForQuery, within authentication_timeout; false when there is nobody to serve. */
async function begin(
  client: Client,
  process: ServerProcess,
  openInstance: () => Instance,
  session: ClientSession,
): Promise<boolean> {
  const limitMs = process.settings.get('authentication_timeout') * 1000;
  let isLate = false;
  const tooLate = fatal(SqlState.queryCanceled, 'canceling authentication due to timeout');
  const timer = setTimeout(() => {
    isLate = true;
    void client.farewell(tooLate);
  }, limitMs);
  try {
    const request = await readStartupRequest(client, process);
    if (!request) return false;
    session.begin();
    process.setTitle(`${request.user} ${request.database} ${client.address} authentication`);
    const instance = openInstance();
    const identity = await authenticate(client, process, instance, request);
    if (identity) session.open(instance, identity, request.settings);
    if (isLate) throw tooLate;
    return identity !== undefined;
  } finally {
    clearTimeout(timer);
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
