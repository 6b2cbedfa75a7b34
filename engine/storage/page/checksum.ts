import { BLOCK_BYTES } from '../../base/block.js';
import { u16 } from '../../base/bytes.js';
import { PageAt } from './header.js';

/**
 * PostgreSQL's page checksum (storage/checksum_impl.h): 32 interleaved FNV-1a-like sums over the page's 2048 words with
 * the checksum field as zero, folded together, mixed with the block number so that a page in the wrong place is found.
 */
const SUMS = 32;
const FNV_PRIME = 16777619;
const WORDS = BLOCK_BYTES / 4;

const BASE_OFFSETS = Int32Array.of(
  0x5b1f36e9,
  0xb8525960,
  0x02ab50aa,
  0x1de66d2a,
  0x79ff467a,
  0x9bb9f8a3,
  0x217e7cd2,
  0x83e13d2c, //
  0xf8d4474f,
  0xe39eb970,
  0x42c6ae16,
  0x993216fa,
  0x7b093b5d,
  0x98daff3c,
  0xf718902a,
  0x0b1c9cdb, //
  0xe58f764b,
  0x187636bc,
  0x5d7b3bb1,
  0xe73de7de,
  0x92bec979,
  0xcca6c0b2,
  0x304a0979,
  0x85aa43d4, //
  0x783125bb,
  0x6ca8eaa2,
  0xe407eac6,
  0x4b5cfc3e,
  0x9fbf8c76,
  0x15ca20be,
  0xf2ca9fd3,
  0x959bd756,
);

// Scratch, not state: filled and consumed within one call. Pages may lie at any address, words need alignment.
const words = new Int32Array(WORDS);
const bytes = Buffer.from(words.buffer);

function mix(sum: number, value: number): number {
  const mixed = sum ^ value;
  return Math.imul(mixed, FNV_PRIME) ^ (mixed >>> 17);
}

/** The 16-bit checksum, 1 to 65535, that `page` should carry as block `block`. */
export function pageChecksum(page: Buffer, block: number): number {
  page.copy(bytes, 0, 0, BLOCK_BYTES);
  words[PageAt.checksum / 4] &= 0xffff_0000;
  let folded = 0;
  // Four columns at a time: their chains of multiplications do not wait for each other.
  for (let column = 0; column < SUMS; column += 4) {
    let a = BASE_OFFSETS[column];
    let b = BASE_OFFSETS[column + 1];
    let c = BASE_OFFSETS[column + 2];
    let d = BASE_OFFSETS[column + 3];
    for (let at = column; at < WORDS; at += SUMS) {
      a = mix(a, words[at]);
      b = mix(b, words[at + 1]);
      c = mix(c, words[at + 2]);
      d = mix(d, words[at + 3]);
    }
    folded ^= mix(mix(a, 0), 0) ^ mix(mix(b, 0), 0) ^ mix(mix(c, 0), 0) ^ mix(mix(d, 0), 0);
  }
  return (((folded ^ block) >>> 0) % 65535) + 1;
}

export function storedChecksum(page: Buffer): number {
  return u16(page, PageAt.checksum);
}
