/**
 * Cursor positions: the grammar gives tree locations in UTF-8 bytes from 0 (syntax errors in characters), clients want
 * characters from 1.
 */
export function characterPosition(sql: string, location: number, unit: 'bytes' | 'characters'): number {
  if (unit === 'characters' || isAscii(sql)) return location + 1;
  const before = Buffer.from(sql).toString('utf8', 0, location);
  return [...before].length + 1;
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text);
}
