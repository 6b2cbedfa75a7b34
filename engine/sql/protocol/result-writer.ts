import type { ColumnDescription } from '../session.js';
import type { TextEnvironment } from '../types/environment.js';
import { types } from '../types/type-table.js';
import { formatAt, type FormatCode } from './frontend-messages.js';
import { Backend } from './message-types.js';
import type { MessageWriter } from './message-writer.js';

type Encode = (value: unknown) => string | Buffer;

/** Rows of one result as DataRow messages, in the formats the client asked for. */
export class ResultWriter {
  private readonly encoders: readonly Encode[];

  constructor(
    private readonly writer: MessageWriter,
    columns: readonly ColumnDescription[],
    formats: readonly FormatCode[],
    environment: TextEnvironment,
  ) {
    this.encoders = columns.map(({ typeOid }, index) => {
      const type = types.byOid(typeOid);
      return formatAt(formats, index) === 'binary'
        ? (value) => type.send(value, environment)
        : (value) => type.output(value, environment);
    });
  }

  /** Leaves nothing of the row behind when a value cannot be encoded. */
  row(values: readonly unknown[]): void {
    const { writer, encoders } = this;
    const mark = writer.mark();
    try {
      writer.begin(Backend.dataRow).int16(encoders.length);
      for (let index = 0; index < encoders.length; index++) {
        const value = values[index];
        writer.value(value === null ? null : encoders[index](value));
      }
      writer.end();
    } catch (thrown) {
      writer.rewind(mark);
      throw thrown;
    }
  }
}
