import { u32 } from '../../base/bytes.js';
import type { IntegerKind } from './index-shape.js';

/** Orders values where they lie, by how their types store them. */

export function compareBytes(a: Buffer, aAt: number, aBytes: number, b: Buffer, bAt: number, bBytes: number): number {
  const common = Math.min(aBytes, bBytes);
  if (common > WORTH_A_CALL) return a.compare(b, bAt, bAt + bBytes, aAt, aAt + aBytes);
  for (let i = 0; i < common; i++) {
    const order = a[aAt + i] - b[bAt + i];
    if (order !== 0) return order;
  }
  return aBytes - bBytes;
}

/** From so many bytes on a call into native code costs less than looking at them here. */
const WORTH_A_CALL = 64;
const BLANK = 0x20;

/** How many bytes are left without the blanks at the end. */
export function unpadded(source: Buffer, at: number, bytes: number): number {
  let left = bytes;
  while (left > 0 && source[at + left - 1] === BLANK) left--;
  return left;
}

export function int32(bytes: Buffer, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** The whole of an integer, or what comes after the upper half of an int8. */
export function lowWord(bytes: Buffer, at: number, kind: IntegerKind): number {
  if (kind === 'int4') return int32(bytes, at);
  if (kind === 'int2') return ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
  return u32(bytes, at);
}

export function compareIntegers(kind: IntegerKind, a: Buffer, aAt: number, b: Buffer, bAt: number): number {
  const order = kind === 'int8' ? int32(a, aAt + 4) - int32(b, bAt + 4) : 0;
  return order !== 0 ? order : lowWord(a, aAt, kind) - lowWord(b, bAt, kind);
}
