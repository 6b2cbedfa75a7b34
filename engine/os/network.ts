/** Stream sockets: TCP and Unix. */
export interface Network {
  /** Accepted connections are paused: nothing is read before `read` is called. Rejects with a system error. */
  listen(at: ListenAddress, accept: (connection: Connection) => void): Promise<Listener>;
  /** In a child: calls `receive` with each connection its parent hands over, and the message that came with it. */
  onHandedOver(receive: (message: object, connection: Connection) => void): void;
  /** In a child: tells the parent something. */
  tellParent(message: object): void;
}

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface Listener {
  /** The port in use (a port 0 asked for any); 0 for a Unix socket. */
  readonly port: number;
  close(): void;
}

export interface Connection {
  /** Of the peer; empty for a Unix socket. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Begins to take bytes; until then it can still be handed to another process. */
  open(): void;
  /** The next bytes, or undefined when the peer has gone or the connection is closed. One read at a time. */
  read(): Promise<Buffer | undefined>;
  /** Queues bytes; false when the peer reads too slowly: then wait for `drained` before writing more. */
  write(bytes: Buffer): boolean;
  /** Resolves when queued bytes have gone to the kernel, or the connection is closed. */
  drained(): Promise<void>;
  readonly isClosed: boolean;
  /** Sends what is queued, then closes; gives up on the queue after `graceMs`. */
  end(graceMs: number): Promise<void>;
  /** Closes at once. */
  destroy(): void;
}
