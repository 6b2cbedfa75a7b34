import { PgError, type ErrorDetails, type Notice } from '../base/errors.js';
import { LOG_LEVELS } from '../base/settings/settings-table.js';
import type { Settings } from '../base/settings/settings.js';
import type { Os } from '../os/os.js';
import { formatTime } from '../base/civil-time.js';

/** What of the process stands in each line; a backend fills in the client as it learns it. */
export interface LogIdentity {
  user?: string;
  database?: string;
  applicationName?: string;
}

interface LogEntry {
  readonly severity: string;
  readonly message: string;
  readonly details?: ErrorDetails;
  readonly statement?: string;
}

/**
 * The server log: PostgreSQL's lines on standard error, each written whole before the call returns, so that a line
 * once logged survives the process. A logging package would add nothing to that but 14 ms to the first line of each.
 */
export class ServerLog {
  readonly identity: LogIdentity = {};

  constructor(
    private readonly os: Pick<Os, 'clock' | 'processes'>,
    private readonly settings: Pick<Settings, 'get'>,
  ) {}

  /** For layers that report through a function. */
  readonly notice = (notice: Notice): void => this.write(notice);

  log(message: string, details?: ErrorDetails): void {
    this.write({ severity: 'LOG', message, details });
  }

  warning(message: string, details?: ErrorDetails): void {
    this.write({ severity: 'WARNING', message, details });
  }

  /** An error as the client was told it; what is no PgError is a bug, and comes with its stack. */
  error(thrown: unknown, statement?: string): void {
    if (thrown instanceof PgError) {
      this.write({ severity: thrown.severity, message: thrown.message, details: thrown.details, statement });
      if (thrown.sqlState === 'XX000') this.continuation('LOCATION', innermost(thrown).stack ?? '');
    } else {
      this.write({ severity: 'ERROR', message: String((thrown as Error)?.stack ?? thrown), statement });
    }
  }

  private write({ severity, message, details, statement }: LogEntry): void {
    if (!this.isLogged(severity)) return;
    this.line(severity, message);
    if (details?.detail) this.continuation('DETAIL', details.detail);
    if (details?.hint) this.continuation('HINT', details.hint);
    if (details?.context) this.continuation('CONTEXT', details.context);
    if (statement) this.continuation('STATEMENT', statement);
  }

  private isLogged(severity: string): boolean {
    const level = severity === 'DEBUG' ? 'debug1' : severity.toLowerCase();
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.settings.get('log_min_messages'));
  }

  private continuation(label: string, text: string): void {
    this.line(label, text);
  }

  private line(label: string, text: string): void {
    this.os.processes.report(`${this.prefix()}${label}:  ${text.replaceAll('\n', '\n\t')}\n`);
  }

  /** log_line_prefix; escapes without a meaning here print nothing. */
  private prefix(): string {
    return this.settings.get('log_line_prefix').replace(/%(.)/g, (_, escape: string) => {
      const nowMs = this.os.clock.now();
      switch (escape) {
        case 'm':
          return formatTime(nowMs / 1000).replace(' UTC', `.${String(Math.floor(nowMs % 1000)).padStart(3, '0')} UTC`);
        case 't':
          return formatTime(nowMs / 1000);
        case 'p':
          return String(this.os.processes.pid);
        case 'u':
          return this.identity.user ?? '';
        case 'd':
          return this.identity.database ?? '';
        case 'a':
          return this.identity.applicationName ?? '';
        case '%':
          return '%';
        default:
          return '';
      }
    });
  }
}

function innermost(thrown: Error): Error {
  return thrown.cause instanceof Error ? innermost(thrown.cause) : thrown;
}
