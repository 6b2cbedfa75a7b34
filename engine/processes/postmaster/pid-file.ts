import { errnoOf } from '../../base/errors.js';
import type { Files } from '../../os/os.js';
import { readText, writeText } from '../settings-file.js';

/** postmaster.pid, line by line (utils/pidfile.h). */
export const PID_FILE = 'postmaster.pid';

export interface PidFile {
  readonly pid: number;
  readonly dataDirectory: string;
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly port: number;
  readonly socketDirectory: string;
  readonly listenAddress: string;
  readonly status: PostmasterStatus;
}

export type PostmasterStatus = 'starting' | 'stopping' | 'ready' | 'standby';

const STATUS_WIDTH = 8;
/** PostgreSQL's System V key and id; our shared memory has no name. */
const NO_SHARED_MEMORY_KEY = `${'0'.padStart(9)} ${'0'.padStart(9)}`;

export function writePidFile(files: Files, path: string, content: PidFile): void {
  const { pid, dataDirectory, startTime, port, socketDirectory, listenAddress, status } = content;
  const lines = [pid, dataDirectory, startTime, port, socketDirectory, listenAddress, NO_SHARED_MEMORY_KEY];
  writeText(files, path, [...lines, status.padEnd(STATUS_WIDTH), ''].join('\n'));
}

/** Undefined when there is no file, or one that is being written. */
export function readPidFile(files: Files, path: string): PidFile | undefined {
  try {
    const [pid, dataDirectory, startTime, port, socketDirectory, listenAddress, , status] = readText(files, path).split(
      '\n',
    );
    if (!Number(pid)) return undefined;
    return {
      pid: Number(pid),
      dataDirectory,
      startTime: Number(startTime),
      port: Number(port),
      socketDirectory,
      listenAddress,
      status: (status ?? 'starting').trim() as PostmasterStatus,
    };
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
