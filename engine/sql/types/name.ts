import { TypeOid } from './oids.js';
import { type SqlType, defineType, hashText } from './sql-type.js';
import { compareText, decodeUtf8, requireValidText } from './text.js';

/** Bytes of an identifier with its terminating zero (pg_config_manual.h NAMEDATALEN). */
export const NAME_BYTES = 64;

/** Cuts to 63 bytes of UTF-8 without splitting a character. */
export function truncateName(text: string): string {
  if (text.length < NAME_BYTES / 4) return text;
  const bytes = Buffer.from(text);
  if (bytes.length < NAME_BYTES) return text;
  let end = NAME_BYTES - 1;
  while ((bytes[end] & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

export const name: SqlType<string> = defineType(TypeOid.name, {
  storage: {
    length: NAME_BYTES,
    align: 1,
    byteLength: () => NAME_BYTES,
    write(value, target, at) {
      const end = at + target.write(value, at, NAME_BYTES - 1);
      target.fill(0, end, at + NAME_BYTES);
    },
    read(source, at) {
      const end = source.indexOf(0, at);
      return source.toString('utf8', at, Math.min(end < 0 ? at + NAME_BYTES : end, at + NAME_BYTES));
    },
  },
  input: (text) => truncateName(requireValidText(text)),
  output: (value) => value,
  receive: (bytes) => truncateName(decodeUtf8(bytes)),
  compare: compareText,
  equals: (a, b) => a === b,
  hash: hashText,
});
