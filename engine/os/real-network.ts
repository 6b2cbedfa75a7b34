import * as net from 'node:net';
import type { Connection, ListenAddress, Listener, Network } from './network.js';

/**
 * A Node socket read on demand: paused when bytes come that nobody waits for in `read`, so that a client who floods us
 * fills its own kernel buffers and not our memory.
 */
export class RealConnection implements Connection {
  readonly remoteAddress: string;
  readonly remotePort: number;
  private received: Buffer | undefined;
  private awaitsBytes: (() => void) | undefined;
  private awaitsDrain: (() => void)[] = [];
  private hasEnded = false;

  constructor(readonly socket: net.Socket) {
    this.remoteAddress = socket.remoteAddress ?? '';
    this.remotePort = socket.remotePort ?? 0;
    socket.on('error', () => this.finish());
    socket.on('close', () => this.finish());
    socket.on('end', () => this.finish());
    socket.on('drain', () => this.wakeWriters());
  }

  open(): void {
    this.socket.setNoDelay(true);
    this.socket.on('data', (bytes: Buffer) => {
      this.received = this.received ? Buffer.concat([this.received, bytes]) : bytes;
      if (this.awaitsBytes) this.wakeReader();
      else this.socket.pause();
    });
  }

  get isClosed(): boolean {
    return this.hasEnded || this.socket.destroyed;
  }

  async read(): Promise<Buffer | undefined> {
    if (!this.received && !this.isClosed) {
      await new Promise<void>((resolve) => {
        this.awaitsBytes = resolve;
        if (this.socket.isPaused()) this.socket.resume();
      });
    }
    const bytes = this.received;
    this.received = undefined;
    return bytes;
  }

  write(bytes: Buffer): boolean {
    return this.isClosed || this.socket.write(bytes);
  }

  async drained(): Promise<void> {
    if (this.isClosed || !this.socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => this.awaitsDrain.push(resolve));
  }

  async end(graceMs: number): Promise<void> {
    if (!this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        this.socket.end(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    this.destroy();
  }

  destroy(): void {
    this.finish();
    this.socket.destroy();
  }

  private finish(): void {
    this.hasEnded = true;
    this.wakeReader();
    this.wakeWriters();
  }

  private wakeReader(): void {
    const wake = this.awaitsBytes;
    this.awaitsBytes = undefined;
    wake?.();
  }

  private wakeWriters(): void {
    for (const wake of this.awaitsDrain.splice(0)) wake();
  }
}

const BACKLOG = 511;

/** What a child answers to each socket that it was handed. */
const RECEIPT = 'socket received';

export function isReceipt(message: unknown): boolean {
  return message === RECEIPT;
}

export const realNetwork: Network = {
  listen(at: ListenAddress, accept) {
    const server = net.createServer({ pauseOnConnect: true }, (socket) => accept(new RealConnection(socket)));
    return new Promise<Listener>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...at, backlog: BACKLOG }, () => {
        server.off('error', reject);
        server.on('error', () => {}); // a failed accept (EMFILE) concerns that one client
        const address = server.address();
        const port = address !== null && typeof address === 'object' ? address.port : 0;
        resolve({ port, close: () => server.close() });
      });
    });
  },

  onHandedOver(receive) {
    process.on('message', (message, socket) => {
      if (!(socket instanceof net.Socket)) return;
      const connection = new RealConnection(socket);
      connection.open();
      if (process.connected) process.send!(RECEIPT);
      receive(message as object, connection);
    });
    process.on('disconnect', () => process.exit(1));
  },

  tellParent(message) {
    if (process.connected) process.send!(message);
  },
};
