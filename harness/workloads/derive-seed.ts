import { createHash } from 'node:crypto';

/** A 31-bit seed from a seed and a path: the streams of different paths are unrelated, on every machine the same. */
export function deriveSeed(seed: number, ...path: readonly (string | number)[]): number {
  return (
    createHash('sha256')
      .update([seed, ...path].join('/'))
      .digest()
      .readUInt32LE(0) >>> 1
  );
}
