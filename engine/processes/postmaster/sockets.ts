import { PgError, errnoOf, fatal } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Connection, Listener } from '../../os/network.js';
import type { FileDescriptor } from '../../os/os.js';
import type { ServerOs } from '../../os/server-os.js';
import type { ServerLog } from '../server-log.js';

/** sun_path holds 108 bytes, the last a zero. */
const LONGEST_SOCKET_PATH = 107;
const SOCKET_DIRECTORY = 'run';

export interface Sockets {
  /** What postmaster.pid says of them; empty where there is none. */
  readonly port: number;
  readonly socketDirectory: string;
  readonly listenAddress: string;
  close(): void;
}

interface Opening {
  readonly os: ServerOs;
  readonly settings: Settings;
  readonly dataDirectory: string;
  readonly log: ServerLog;
  readonly accept: (connection: Connection) => void;
}

/** Opens all sockets the settings ask for. FATAL when not one of its TCP addresses, or a Unix socket, can be had. */
export async function openSockets(opening: Opening): Promise<Sockets> {
  const tcp = await listenTcp(opening);
  const port = tcp.find(({ listener }) => listener.port !== 0)?.listener.port ?? opening.settings.get('port');
  const unix: { listener: Listener; release(): void; directory: string }[] = [];
  for (const directory of socketDirectories(opening)) unix.push(await listenUnix(opening, directory, port));
  return {
    port,
    socketDirectory: unix[0]?.directory ?? '',
    listenAddress: tcp[0]?.host ?? '',
    close() {
      for (const { listener } of tcp) listener.close();
      for (const { listener, release } of unix) {
        listener.close();
        release();
      }
    },
  };
}

async function listenTcp({ os, settings, log, accept }: Opening): Promise<{ host: string; listener: Listener }[]> {
  const names = settings
    .get('listen_addresses')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const hosts = names.flatMap((name) => (name === '*' ? ['0.0.0.0', '::'] : [name]));
  const open: { host: string; listener: Listener }[] = [];
  for (const host of hosts) {
    const port = open[0]?.listener.port ?? settings.get('port');
    const family = host.includes(':') ? 'IPv6' : 'IPv4';
    try {
      const listener = await os.network.listen({ host, port }, accept);
      open.push({ host, listener });
      log.log(`listening on ${family} address "${host}", port ${listener.port}`);
    } catch (thrown) {
      log.warning(`could not bind ${family} address "${host}": ${reason(thrown)}`, {
        hint: `Is another server already running on port ${port}? If not, wait a few seconds and retry.`,
      });
    }
  }
  if (hosts.length > 0 && open.length === 0) {
    throw fatal(SqlState.configFileError, 'could not create any TCP/IP sockets');
  }
  return open;
}

function socketDirectories({ os, settings, dataDirectory }: Opening): string[] {
  const named = settings
    .get('unix_socket_directories')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (named.length > 0) return named.map((name) => (name.startsWith('/') ? name : `${dataDirectory}/${name}`));
  const own = `${dataDirectory}/${SOCKET_DIRECTORY}`;
  if (!os.files.stat(own)) os.files.mkdir(own);
  return [own];
}

async function listenUnix({ os, log, accept }: Opening, directory: string, port: number) {
  const path = `${directory}/.s.PGSQL.${port}`;
  if (Buffer.byteLength(path) > LONGEST_SOCKET_PATH) {
    throw fatal(
      SqlState.configFileError,
      `Unix-domain socket path "${path}" is too long (maximum ${LONGEST_SOCKET_PATH} bytes)`,
      { hint: 'Set unix_socket_directories to a directory with a shorter path.' },
    );
  }
  const release = lockSocket(os, path);
  try {
    const listener = await os.network.listen({ path }, accept);
    os.files.chmod(path, 0o700);
    log.log(`listening on Unix socket "${path}"`);
    return { listener, release, directory };
  } catch (thrown) {
    throw fatal(SqlState.configFileError, `could not create Unix socket "${path}": ${reason(thrown)}`, {
      cause: thrown,
    });
  }
}

/** A server that died leaves its socket; only the holder of the lock beside it may remove it. */
function lockSocket({ files }: ServerOs, path: string): () => void {
  const lockPath = `${path}.lock`;
  let fd: FileDescriptor;
  try {
    fd = files.open(lockPath, 'create');
    if (!files.tryLock(fd)) throw fatal(SqlState.lockFileExists, `lock file "${lockPath}" already exists`);
    if (files.stat(path)) files.unlink(path);
  } catch (thrown) {
    if (thrown instanceof PgError) throw thrown;
    throw fatal(SqlState.configFileError, `could not create lock file "${lockPath}": ${reason(thrown)}`, {
      cause: thrown,
    });
  }
  return () => {
    for (const leftover of [path, lockPath]) if (files.stat(leftover)) files.unlink(leftover);
    files.close(fd);
  };
}

function reason(thrown: unknown): string {
  const texts: Record<string, string> = {
    EADDRINUSE: 'Address already in use',
    EADDRNOTAVAIL: 'Cannot assign requested address',
    EACCES: 'Permission denied',
    ENOENT: 'No such file or directory',
  };
  return texts[errnoOf(thrown) ?? ''] ?? (thrown as Error).message;
}
