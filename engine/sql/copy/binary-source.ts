import { error, type PgError } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { types } from '../types/type-table.js';
import { BINARY_SIGNATURE, FILE_HEADER_BYTES } from './binary-format.js';
import type { CopiedColumn, RowSource } from './row-source.js';

const WITH_OIDS = 1 << 16;
const TRAILER = -1;
const NULL = -1;
/** What has come is not enough: look again when there is more. */
const INCOMPLETE = Symbol('incomplete');

/** Rows in COPY's binary format. Takes a row only when all of it has come. */
export class BinarySource implements RowSource {
  lineNumber = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private isLast = false;
  private hasHeader = false;
  private hasTrailer = false;
  private column: string | undefined;

  constructor(private readonly columns: readonly CopiedColumn[]) {}

  push(piece: Buffer, isLast: boolean): void {
    this.bytes =
      this.at === this.bytes.length ? Buffer.from(piece) : Buffer.concat([this.bytes.subarray(this.at), piece]);
    this.at = 0;
    this.isLast = isLast;
  }

  next(): unknown[] | undefined {
    if (!this.hasHeader && !this.readHeader()) return undefined;
    if (this.hasTrailer) {
      if (this.at < this.bytes.length) throw badFile('received copy data after EOF marker');
      return undefined;
    }
    const from = this.at;
    this.lineNumber++;
    const row = this.readRow();
    if (row !== INCOMPLETE) return row;
    this.at = from;
    this.lineNumber--;
    return undefined;
  }

  place(): string | undefined {
    if (this.lineNumber === 0) return undefined;
    return `line ${this.lineNumber}${this.column === undefined ? '' : `, column ${this.column}`}`;
  }

  forgetRow(): void {}

  private readHeader(): boolean {
    const available = this.bytes.length - this.at;
    if (available < FILE_HEADER_BYTES && !this.isLast) return false;
    if (!this.bytes.subarray(this.at, this.at + BINARY_SIGNATURE.length).equals(BINARY_SIGNATURE)) {
      throw badFile('COPY file signature not recognized');
    }
    if (available < BINARY_SIGNATURE.length + 4) throw badFile('invalid COPY file header (missing flags)');
    const flags = this.bytes.readInt32BE(this.at + BINARY_SIGNATURE.length);
    if (flags & WITH_OIDS) throw badFile('invalid COPY file header (WITH OIDS)');
    if (flags >> 16 !== 0) throw badFile('unrecognized critical flags in COPY file header');
    if (available < FILE_HEADER_BYTES) throw badFile('invalid COPY file header (missing length)');
    const extension = this.bytes.readInt32BE(this.at + FILE_HEADER_BYTES - 4);
    if (extension < 0) throw badFile('invalid COPY file header (missing length)');
    if (available < FILE_HEADER_BYTES + extension) {
      if (this.isLast) throw badFile('invalid COPY file header (wrong length)');
      return false;
    }
    this.at += FILE_HEADER_BYTES + extension;
    return (this.hasHeader = true);
  }

  private readRow(): unknown[] | undefined | typeof INCOMPLETE {
    if (this.bytes.length - this.at < 2) return this.isLast ? undefined : INCOMPLETE;
    const count = this.bytes.readInt16BE(this.at);
    this.at += 2;
    if (count === TRAILER) {
      this.hasTrailer = true;
      if (this.at < this.bytes.length) throw badFile('received copy data after EOF marker');
      return undefined;
    }
    if (count !== this.columns.length) {
      throw badFile(`row field count is ${count}, expected ${this.columns.length}`);
    }
    const values: unknown[] = [];
    for (const column of this.columns) {
      const value = this.readValue(column);
      if (value === INCOMPLETE) return INCOMPLETE;
      values.push(value);
    }
    return values;
  }

  private readValue({ name, type, typmod }: CopiedColumn): unknown {
    this.column = name;
    const available = this.bytes.length - this.at;
    if (available < 4) return this.missing();
    const length = this.bytes.readInt32BE(this.at);
    if (length < NULL) throw badFile('invalid field size');
    if (length !== NULL && available < 4 + length) return this.missing();
    this.at += 4 + Math.max(0, length);
    const value = length === NULL ? null : receive(type, typmod, this.bytes.subarray(this.at - length, this.at));
    this.column = undefined;
    return value;
  }

  private missing(): typeof INCOMPLETE {
    if (this.isLast) throw badFile('unexpected EOF in COPY data');
    this.column = undefined;
    return INCOMPLETE;
  }
}

/** A value that does not use up its bytes is wrong. */
function receive(type: number, typmod: number, bytes: Buffer): unknown {
  try {
    return types.byOid(type).receive(Buffer.from(bytes), typmod);
  } catch (thrown) {
    const isTooLong = (thrown as PgError).sqlState === SqlState.invalidBinaryRepresentation;
    if (!isTooLong || !/in bind parameter/.test((thrown as PgError).message)) throw thrown;
    throw error(SqlState.invalidBinaryRepresentation, 'incorrect binary data format');
  }
}

function badFile(message: string): PgError {
  return error(SqlState.badCopyFileFormat, message);
}
