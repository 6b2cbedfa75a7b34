import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';
import type { AttributeStorage } from '../../../access/tuple/attribute-storage.js';
import { Numeric, pow10 } from './numeric.js';

/**
 * Numeric as bytes: base-10000 digits with a weight (utils/adt/numeric.c NumericShort, NumericLong; numeric_send).
 *
 * value = sign * sum(digits[i] * 10000^(weight - i)), shown with `scale` digits after the point.
 */
interface Digits {
  readonly digits: number[];
  readonly weight: number;
}

const SHORT = 0x8000;
const SHORT_NEGATIVE = 0x2000;
const SHORT_WEIGHT_SIGN = 0x40;
const NEGATIVE = 0x4000;
const NAN = 0xc000;
const INFINITE = 0xd000;
const NEGATIVE_INFINITE = 0xf000;
const SPECIAL_MASK = 0xc000;

function toDigits(value: Numeric): Digits {
  if (value.unscaled === 0n) return { digits: [], weight: 0 };
  const padding = (4 - (value.scale % 4)) % 4;
  const magnitude = (value.unscaled < 0n ? -value.unscaled : value.unscaled) * pow10(padding);
  const text = magnitude.toString();
  const padded = text.padStart(Math.ceil(text.length / 4) * 4, '0');
  const digits: number[] = [];
  for (let i = 0; i < padded.length; i += 4) digits.push(Number(padded.slice(i, i + 4)));
  const weight = digits.length - (value.scale + padding) / 4 - 1;
  while (digits.at(-1) === 0) digits.pop();
  return { digits, weight };
}

function fromDigits({ digits, weight }: Digits, negative: boolean, scale: number): Numeric {
  if (digits.length === 0) return Numeric.of(0n, scale);
  const text = digits.map((digit) => String(digit).padStart(4, '0')).join('');
  const shown = (digits.length - weight - 1) * 4;
  const magnitude = BigInt(text);
  const shift = scale - shown;
  const unscaled = shift >= 0 ? magnitude * pow10(shift) : magnitude / pow10(-shift);
  return Numeric.of(negative ? -unscaled : unscaled, scale);
}

function specialWord(value: Numeric): number {
  if (value.isNaN) return NAN;
  return value.sign > 0 ? INFINITE : NEGATIVE_INFINITE;
}

function fromSpecialWord(word: number): Numeric {
  if ((word & NEGATIVE_INFINITE) === NAN) return Numeric.nan;
  return Numeric.infinite((word & NEGATIVE_INFINITE) === NEGATIVE_INFINITE);
}

function canBeShort(value: Numeric, weight: number): boolean {
  return value.scale <= 63 && weight >= -64 && weight <= 63;
}

function toBytes(value: Numeric): Buffer {
  if (!value.isFinite) return words([specialWord(value)]);
  const { digits, weight } = toDigits(value);
  const negative = value.unscaled < 0n;
  if (!canBeShort(value, weight)) return words([(negative ? NEGATIVE : 0) | value.scale, weight & 0xffff, ...digits]);
  const sign = negative ? SHORT_NEGATIVE : 0;
  const weightBits = (weight < 0 ? SHORT_WEIGHT_SIGN : 0) | (weight & 0x3f);
  return words([SHORT | sign | (value.scale << 7) | weightBits, ...digits]);
}

function words(values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

function fromBytes(source: Buffer, at: number, byteLength: number): Numeric {
  const header = source.readUInt16LE(at);
  if ((header & SPECIAL_MASK) === SPECIAL_MASK) return fromSpecialWord(header);
  const isShort = (header & SHORT) !== 0;
  const start = at + (isShort ? 2 : 4);
  const digits: number[] = [];
  for (let i = start; i < at + byteLength; i += 2) digits.push(source.readUInt16LE(i));
  if (!isShort)
    return fromDigits({ digits, weight: source.readInt16LE(at + 2) }, (header & NEGATIVE) !== 0, header & 0x3fff);
  const weight = (header & 0x3f) - (header & SHORT_WEIGHT_SIGN ? 64 : 0);
  return fromDigits({ digits, weight }, (header & SHORT_NEGATIVE) !== 0, (header >> 7) & 0x3f);
}

export const numericStorage: AttributeStorage<Numeric> = {
  length: -1,
  align: 4,
  byteLength(value) {
    if (!value.isFinite) return 2;
    const { digits, weight } = toDigits(value);
    return (canBeShort(value, weight) ? 2 : 4) + digits.length * 2;
  },
  write: (value, target, at) => void toBytes(value).copy(target, at),
  read: fromBytes,
};

/** The binary wire format: counts, weight, sign, display scale and digits, big-endian. */
export function sendNumeric(value: Numeric): Buffer {
  const { digits, weight } = value.isFinite ? toDigits(value) : { digits: [], weight: 0 };
  const sign = value.isFinite ? (value.unscaled < 0n ? NEGATIVE : 0) : specialWord(value);
  // PostgreSQL reads a display scale out of the flag bits of an infinity.
  const scale = value.isInfinite ? 0x20 : value.scale;
  const bytes = Buffer.alloc(8 + digits.length * 2);
  [digits.length, weight & 0xffff, sign, scale, ...digits].forEach((word, i) => bytes.writeUInt16BE(word, i * 2));
  return bytes;
}

export function receiveNumeric(bytes: Buffer): Numeric {
  if (bytes.length < 8) throw error('08P01', 'insufficient data left in message');
  const sign = bytes.readUInt16BE(4);
  const scale = bytes.readUInt16BE(6);
  if (sign === NAN || sign === INFINITE || sign === NEGATIVE_INFINITE) return fromSpecialWord(sign);
  if (sign !== 0 && sign !== NEGATIVE)
    throw error(SqlState.invalidBinaryRepresentation, 'invalid sign in external "numeric" value');
  if ((scale & 0x3fff) !== scale)
    throw error(SqlState.invalidBinaryRepresentation, 'invalid scale in external "numeric" value');
  return fromDigits({ digits: receiveDigits(bytes), weight: bytes.readInt16BE(2) }, sign === NEGATIVE, scale);
}

function receiveDigits(bytes: Buffer): number[] {
  const count = bytes.readUInt16BE(0);
  if (bytes.length < 8 + count * 2) throw error('08P01', 'insufficient data left in message');
  const digits = Array.from({ length: count }, (_, index) => bytes.readUInt16BE(8 + index * 2));
  if (digits.some((digit) => digit >= 10_000)) {
    throw error(SqlState.invalidBinaryRepresentation, 'invalid digit in external "numeric" value');
  }
  return digits;
}
