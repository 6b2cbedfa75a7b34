/**
 * COPY's binary format: the header, rows, and a row count of -1 at the end; all numbers big-endian.
 *
 *   header   signature[11] flags:i32 extension length:i32 extension
 *   row      fields:i16, and for each: length:i32 (-1 for NULL) bytes
 */
export const BINARY_SIGNATURE = Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1');
export const FILE_HEADER_BYTES = BINARY_SIGNATURE.length + 8;
