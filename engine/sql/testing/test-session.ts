import type { Notice, PgError } from '../../base/errors.js';
import type { Engine } from '../engine.js';
import type { ColumnDescription, Portal, PreparedStatement, Session, SessionEvent, SessionEvents } from '../session.js';
import { types } from '../types/type-table.js';

/** A session as tests drive it: SQL in, text out. */
export class TestSession {
  constructor(
    readonly session: Session,
    readonly engine: Engine,
    readonly notices: Notice[],
    readonly statuses: string[],
  ) {}

  /**
   * Everything a query string gives, line by line: notices, then of each statement `name:type|...`, rows `value|...` (NULL
   * as ∅), what COPY gives, the command tag; for an error only `ERROR code: message @position DETAIL ... HINT ... CONTEXT ...`.
   * `copied`: what the client sends when it is asked, in one piece or several.
   */
  run(sql: string, ...copied: (string | Buffer)[]): string {
    this.notices.length = 0;
    const lines: string[] = [];
    try {
      this.gather(this.session.simpleQuery(sql), lines, null, copied);
    } catch (thrown) {
      return [...this.noticeLines(), errorLine(this.session.failed(thrown))].join('\n');
    }
    return [...this.noticeLines(), ...lines].join('\n');
  }

  /** The rows of one query, values as text. Throws what the query throws. */
  rows(sql: string): string[] {
    return this.run(sql).split('\n').slice(1, -1);
  }

  /** The extended protocol: parse, bind, and a portal to run. */
  prepare(sql: string, parameterTypes: readonly number[] = []): PreparedStatement {
    return this.guarded(() => this.session.parse(sql, parameterTypes));
  }

  bind(statement: PreparedStatement, ...values: unknown[]): Portal {
    return this.guarded(() => this.session.bind(statement, values));
  }

  /** Up to `maxRows` rows of a portal as text, then how it ended. */
  fetch(portal: Portal, maxRows = 0): string[] {
    const lines: string[] = [];
    this.guarded(() => this.gather(portal.run(maxRows), lines, portal.columns));
    return lines;
  }

  private guarded<T>(body: () => T): T {
    try {
      return body();
    } catch (thrown) {
      throw this.session.failed(thrown);
    }
  }

  private gather(
    events: SessionEvents,
    lines: string[],
    given: readonly ColumnDescription[] | null = null,
    copied: (string | Buffer)[] = [],
  ): void {
    const pieces = [...copied];
    let columns = given ?? [];
    let step = events.next();
    for (; step.done !== true; step = events.next(pieceFor(step.value, pieces))) {
      const event = step.value;
      if (event.kind === 'columns') {
        columns = event.columns;
        lines.push(
          columns.map(({ name, typeOid, typeModifier }) => `${name}:${types.format(typeOid, typeModifier)}`).join('|'),
        );
      } else if (event.kind === 'row') lines.push(this.rowLine(event.values, columns));
      else if (event.kind === 'copy-data') lines.push(dataLine(event.data));
      else if (!event.kind.startsWith('copy-')) lines.push(event.kind === 'complete' ? event.tag : event.kind);
    }
  }

  private rowLine(values: unknown[], columns: readonly ColumnDescription[]): string {
    const environment = this.session.textEnvironment();
    const texts = values.map((value, index) =>
      value === null ? '∅' : types.byOid(columns[index].typeOid).output(value, environment),
    );
    return texts.join('|');
  }

  private noticeLines(): string[] {
    return this.notices.map(({ severity, message }) => `${severity}: ${message}`);
  }
}

function pieceFor({ kind }: SessionEvent, pieces: (string | Buffer)[]): Buffer | null {
  const piece = kind === 'copy-wanted' ? pieces.shift() : undefined;
  return piece === undefined ? null : Buffer.from(piece);
}

/** Binary data in hexadecimal. */
function dataLine(data: string | Buffer): string {
  return typeof data === 'string' ? data.replace(/\n$/, '') : data.toString('hex');
}

export function errorLine({ severity, sqlState, message, details }: PgError): string {
  const { position, detail, hint, context } = details;
  const parts = [
    position && `@${position}`,
    detail && `DETAIL ${detail}`,
    hint && `HINT ${hint}`,
    context && `CONTEXT ${context}`,
  ];
  return [`${severity} ${sqlState}: ${message}`, ...parts.filter(Boolean)].join(' ');
}
