import type { FileDescriptor, SignalName } from './os.js';
import type { Connection } from './network.js';

/** Children of this process: Node programs that inherit descriptors and may be handed sockets. */
export interface ChildProcesses {
  spawn(plan: ChildPlan): Child;
  /** Starts a program that outlives this process, in a session of its own, with stdout and stderr going to `log`. */
  spawnDetached(module: string, args: readonly string[], title: string, log: FileDescriptor): Child;
}

export interface ChildPlan {
  /** Absolute path of the module to run. */
  readonly module: string;
  readonly args: readonly string[];
  /** First word of the command line as `ps` and `pgrep -f` show it until the child sets its own title. */
  readonly title: string;
  /** Inherited as descriptors 3, 4, ... */
  readonly inherit: readonly FileDescriptor[];
  /** Whether `handOver` will be used. */
  readonly takesConnections: boolean;
}

export interface ChildEnd {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Child {
  /** 0 when the process could not be started; `onEnd` follows. */
  readonly pid: number;
  signal(name: SignalName): void;
  /** Gives the child a connection accepted here, and a message with it. This process no longer holds it. */
  handOver(message: object, connection: Connection): void;
  /** The child's answers to what was handed over. */
  onMessage(handler: (message: object) => void): void;
  onEnd(handler: (end: ChildEnd) => void): void;
  /** Lets this process end while the child runs on. */
  release(): void;
}
