import type { FileDescriptor, Os } from './os.js';
import type { ChildProcesses } from './child-processes.js';
import type { Network } from './network.js';

/** What a server needs beyond an engine: sockets, children, the process's own surroundings. */
export interface ServerOs extends Os {
  network: Network;
  children: ChildProcesses;
  host: Host;
}

export interface Host {
  readonly userId: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads all of standard input. */
  readStandardInput(): string;
  /** Opens for appending at the end, creating with mode 0600: logs, whose writers share one file. */
  openAppend(path: string): FileDescriptor;
}
