import type { Oid } from '../../base/block.js';
import type { ErrorDetails, Notice, PgError } from '../../base/errors.js';
import type { ColumnDescription, SessionEvent, TransactionStatus } from '../session.js';
import { formatAt, type FormatCode } from './frontend-messages.js';
import { Authentication, Backend, StartupCode } from './message-types.js';
import type { MessageWriter } from './message-writer.js';

/** Messages without content. */
export function writeBare(writer: MessageWriter, type: number): void {
  writer.begin(type).end();
}

export function writeAuthenticationOk(writer: MessageWriter): void {
  writer.begin(Backend.authentication).int32(Authentication.ok).end();
}

export function writeSaslRequest(writer: MessageWriter, mechanisms: readonly string[]): void {
  writer.begin(Backend.authentication).int32(Authentication.sasl);
  for (const mechanism of mechanisms) writer.text(mechanism);
  writer.byte(0).end();
}

export function writeSasl(writer: MessageWriter, step: 'saslContinue' | 'saslFinal', data: string): void {
  writer.begin(Backend.authentication).int32(Authentication[step]).raw(data).end();
}

export function writeParameterStatus(writer: MessageWriter, name: string, value: string): void {
  writer.begin(Backend.parameterStatus).text(name).text(value).end();
}

export function writeBackendKeyData(writer: MessageWriter, pid: number, key: number): void {
  writer.begin(Backend.backendKeyData).int32(pid).int32(key).end();
}

export function writeNegotiateVersion(writer: MessageWriter, unknownOptions: readonly string[]): void {
  writer.begin(Backend.negotiateVersion).int32(StartupCode.protocol3).int32(unknownOptions.length);
  for (const option of unknownOptions) writer.text(option);
  writer.end();
}

export function writeReadyForQuery(writer: MessageWriter, status: TransactionStatus): void {
  writer.begin(Backend.readyForQuery).raw(status).end();
}

export function writeCommandComplete(writer: MessageWriter, tag: string): void {
  writer.begin(Backend.commandComplete).text(tag).end();
}

export function writeParameterDescription(writer: MessageWriter, types: readonly Oid[]): void {
  writer.begin(Backend.parameterDescription).int16(types.length);
  for (const type of types) writer.int32(type);
  writer.end();
}

/** RowDescription, or NoData when there are no rows to come. */
export function writeRowDescription(
  writer: MessageWriter,
  columns: readonly ColumnDescription[] | null,
  formats: readonly FormatCode[] = [],
): void {
  if (!columns) return writeBare(writer, Backend.noData);
  writer.begin(Backend.rowDescription).int16(columns.length);
  columns.forEach((column, index) => {
    writer.text(column.name).int32(column.tableOid).int16(column.attribute).int32(column.typeOid);
    writer
      .int16(column.typeLength)
      .int32(column.typeModifier)
      .int16(formatAt(formats, index) === 'binary' ? 1 : 0);
  });
  writer.end();
}

/** CopyInResponse or CopyOutResponse: all columns have the format of the whole. */
export function writeCopyResponse(
  writer: MessageWriter,
  { kind, isBinary, columnCount }: Extract<SessionEvent, { columnCount: number }>,
): void {
  const format = isBinary ? 1 : 0;
  writer
    .begin(kind === 'copy-in' ? Backend.copyInResponse : Backend.copyOutResponse)
    .byte(format)
    .int16(columnCount);
  for (let column = 0; column < columnCount; column++) writer.int16(format);
  writer.end();
}

export function writeError(writer: MessageWriter, thrown: PgError): void {
  writer.begin(Backend.error);
  writeFields(writer, thrown.severity, thrown.sqlState, thrown.message, thrown.details);
}

export function writeNotice(writer: MessageWriter, notice: Notice): void {
  writer.begin(Backend.notice);
  writeFields(writer, notice.severity, notice.sqlState, notice.message, notice.details ?? {});
}

/** Field type bytes, see "Error and Notice Message Fields" in PostgreSQL's manual. */
function writeFields(
  writer: MessageWriter,
  severity: string,
  state: string,
  message: string,
  more: ErrorDetails,
): void {
  const fields: Record<string, string | number | undefined> = {
    S: severity,
    V: severity,
    C: state,
    M: message,
    D: more.detail,
    H: more.hint,
    P: more.position,
    W: more.context,
    s: more.schema,
    t: more.table,
    c: more.column,
    d: more.dataType,
    n: more.constraint,
  };
  for (const [type, value] of Object.entries(fields)) {
    if (value !== undefined) writer.byte(type.charCodeAt(0)).text(String(value).replaceAll('\0', ''));
  }
  writer.byte(0).end();
}
