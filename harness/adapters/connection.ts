import type { Row } from '../workloads/workload.js';

/** What a server answered to the last statement of a request. */
export interface Answer {
  readonly rows: readonly Row[];
  /** The first word of what it says it did: `COMMIT`, `ROLLBACK`. Empty where it does not say. */
  readonly command: string;
}

/**
 * A client's connection to a target. A request is refused with a ServerError; whatever else it rejects with means that the
 * connection is gone, and that nobody knows whether the request was carried out.
 */
export interface Connection {
  /** `input`: what the request reads besides (COPY FROM STDIN). */
  query(request: string, input?: string): Promise<Answer>;
  /** Settles when nothing more will be answered. */
  readonly ended: Promise<void>;
  /** Of the process that serves it; 0 where that is not known. */
  readonly serverPid: number;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** What the server may call it. */
  readonly name?: string;
  /** Another database than the target's own. */
  readonly database?: string;
}

/** What a server answers instead of doing what it was asked. */
export class ServerError extends Error {
  constructor(
    message: string,
    /** SQLSTATE, or what the target has in its place. */
    readonly code = '',
    /** The server ends the connection with it. */
    readonly isFatal = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
