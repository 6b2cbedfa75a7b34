import type { TextEnvironment } from '../types/environment.js';

/** Who and where a statement runs. */
export interface SessionInfo {
  readonly user: string;
  readonly sessionUser: string;
  readonly database: string;
  /** What version() returns. */
  readonly version: string;
  /** The schemas of the search path that exist, pg_catalog left out unless it is named. */
  searchPath(): readonly string[];
}

/** What functions may ask for beyond their arguments. Moments are microseconds since 2000-01-01 UTC. */
export interface CallEnvironment extends TextEnvironment {
  /** Start of the transaction. */
  now(): bigint;
  /** When the current statement arrived. */
  statementTime(): bigint;
  /** The clock, at the time of the call. */
  clockTime(): bigint;
  /** Uniform in [0, 1). */
  random(): number;
  readonly session: SessionInfo;
}
