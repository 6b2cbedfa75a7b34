import type { Oid } from '../../base/block.js';
import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Portal, PreparedStatement, Session, SessionEvents } from '../session.js';
import type { TextEnvironment } from '../types/environment.js';
import { types } from '../types/type-table.js';
import { formatAt, type FormatCode, type FrontendMessage, type Target } from './frontend-messages.js';

type Message<K extends FrontendMessage['kind']> = Extract<FrontendMessage, { kind: K }>;

export interface OpenPortal {
  readonly portal: Portal;
  readonly formats: readonly FormatCode[];
}

/** The prepared statements and portals a client has named; '' is the unnamed one, replaced without asking. */
export class ExtendedQuery {
  private readonly portals = new Map<string, OpenPortal>();

  constructor(private readonly session: Session) {}

  /** The session's own, so that DEALLOCATE and DISCARD reach them. */
  private get statements(): Map<string, PreparedStatement> {
    return this.session.preparedStatements;
  }

  parse({ name, sql, parameterTypes }: Message<'parse'>): void {
    if (name === '') this.statements.delete('');
    else if (this.statements.has(name)) {
      throw error(SqlState.duplicatePreparedStatement, `prepared statement "${name}" already exists`);
    }
    this.statements.set(name, this.session.parse(sql, parameterTypes));
  }

  bind(message: Message<'bind'>, environment: TextEnvironment): void {
    const statement = this.statement(message.statement);
    checkCounts(message, statement);
    this.closePortal(message.portal === '' ? '' : undefined);
    this.closeGonePortals();
    if (this.portals.has(message.portal)) {
      throw error(SqlState.duplicateCursor, `cursor "${message.portal}" already exists`);
    }
    const values = message.parameters.map((bytes, index) =>
      decodeParameter(bytes, statement.parameterTypes[index], formatAt(message.parameterFormats, index), environment),
    );
    this.portals.set(message.portal, { portal: this.session.bind(statement, values), formats: message.resultFormats });
  }

  statement(name: string): PreparedStatement {
    const statement = this.statements.get(name);
    if (!statement)
      throw error(SqlState.invalidSqlStatementName, `${title('prepared statement', name)} does not exist`);
    return statement;
  }

  portal(name: string): OpenPortal {
    this.closeGonePortals();
    const portal = this.portals.get(name);
    if (!portal) throw error(SqlState.invalidCursorName, `portal "${name}" does not exist`);
    return portal;
  }

  run({ portal, maxRows }: Message<'execute'>): SessionEvents {
    return this.portal(portal).portal.run(maxRows);
  }

  close(target: Target, name: string): void {
    if (target === 'statement') this.statements.delete(name);
    else this.closePortal(name);
  }

  /** A simple query replaces the unnamed statement and portal. */
  forgetUnnamed(): void {
    this.statements.delete('');
    this.closePortal('');
  }

  /** Portals live as long as their transaction. */
  closePortals(): void {
    for (const name of this.portals.keys()) this.closePortal(name);
  }

  /** Or as the subtransaction they were bound in. */
  closeGonePortals(): void {
    for (const [name, { portal }] of this.portals) if (portal.isGone) this.closePortal(name);
  }

  private closePortal(name: string | undefined): void {
    if (name === undefined) return;
    const open = this.portals.get(name);
    this.portals.delete(name);
    open?.portal.close();
  }
}

function title(what: string, name: string): string {
  return name === '' ? `unnamed ${what}` : `${what} "${name}"`;
}

function checkCounts(message: Message<'bind'>, statement: PreparedStatement): void {
  const { parameters, parameterFormats, resultFormats } = message;
  const expected = statement.parameterTypes.length;
  const columns = statement.columns?.length ?? 0;
  if (parameterFormats.length > 1 && parameterFormats.length !== parameters.length) {
    throw mismatch(`bind message has ${parameterFormats.length} parameter formats but ${parameters.length} parameters`);
  }
  if (parameters.length !== expected) {
    const name = `prepared statement "${message.statement}"`;
    throw mismatch(`bind message supplies ${parameters.length} parameters, but ${name} requires ${expected}`);
  }
  if (resultFormats.length > 1 && resultFormats.length !== columns) {
    throw mismatch(`bind message has ${resultFormats.length} result formats but query has ${columns} columns`);
  }
}

function mismatch(message: string): PgError {
  return error(SqlState.protocolViolation, message);
}

function decodeParameter(
  bytes: Buffer | null,
  typeOid: Oid,
  format: FormatCode,
  environment: TextEnvironment,
): unknown {
  if (bytes === null) return null;
  const type = types.byOid(typeOid);
  if (format === 'binary') return type.receive(Buffer.from(bytes), -1);
  return type.input(checkedText(bytes), -1, environment);
}

/** Text from a client: valid UTF-8 without zero bytes, or 22021. */
export function checkedText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (text.includes('\0'))
    throw error(SqlState.characterNotInRepertoire, 'invalid byte sequence for encoding "UTF8": 0x00');
  if (text.includes('\ufffd') && !Buffer.from(text).equals(bytes)) {
    throw error(SqlState.characterNotInRepertoire, 'invalid byte sequence for encoding "UTF8"');
  }
  return text;
}
