/**
 * Every error an engine process raises on purpose is a PgError; its severity is its policy:
 *
 * - ERROR: the transaction aborts, the client is told, the session goes on.
 * - FATAL: the client is told, this process ends.
 * - PANIC: storage can no longer be trusted; this process aborts, the postmaster resets the cluster and recovers.
 *
 * Anything else that is thrown is a bug and is reported to the client as XX000.
 */
export type Severity = 'ERROR' | 'FATAL' | 'PANIC';
export type NoticeSeverity = 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG';

export interface ErrorDetails {
  readonly detail?: string;
  readonly hint?: string;
  /** Where it happened, in work that has places of its own: `COPY t, line 3, column a: "x"`. */
  readonly context?: string;
  /** 1-based character position in the statement's text. */
  readonly position?: number;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
  readonly cause?: unknown;
}

export class PgError extends Error {
  override readonly name: string = 'PgError';
  readonly severity: Severity;
  /** Five characters, see base/sqlstate.ts. */
  readonly sqlState: string;
  readonly details: ErrorDetails;

  constructor(severity: Severity, sqlState: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.severity = severity;
    this.sqlState = sqlState;
    this.details = details;
  }
}

export interface Notice {
  readonly severity: NoticeSeverity;
  readonly sqlState: string;
  readonly message: string;
  readonly details?: ErrorDetails;
}

export function error(sqlState: string, message: string, details?: ErrorDetails): PgError {
  return new PgError('ERROR', sqlState, message, details);
}

export function fatal(sqlState: string, message: string, details?: ErrorDetails): PgError {
  return new PgError('FATAL', sqlState, message, details);
}

export function panic(sqlState: string, message: string, details?: ErrorDetails): PgError {
  return new PgError('PANIC', sqlState, message, details);
}

/**
 * Raises an internal error (XX000) when an invariant of the code itself does not hold. A message that must be put
 * together is given as a function: nearly always nobody reads it.
 */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (condition) return;
  throw new PgError('ERROR', 'XX000', `assertion failed: ${typeof message === 'string' ? message : message()}`);
}

/** The `code` of a failed system call (`ENOENT`), or undefined. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = (thrown as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
