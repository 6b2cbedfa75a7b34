import type { Occasion } from './fault.js';

/** Is the match with that number, from 1, one of the occasion's? */
export function isStruck(occasion: Occasion, match: number): boolean {
  switch (occasion.kind) {
    case 'nth':
      return match === occasion.count;
    case 'from':
      return match >= occasion.first;
    case 'range':
      return match >= occasion.first && match <= occasion.last;
    case 'chance':
      return draw(occasion.seed, match) < occasion.probability;
  }
}

/** No later match than this one is struck. */
export function lastMatch(occasion: Occasion): number {
  if (occasion.kind === 'nth') return occasion.count;
  return occasion.kind === 'range' ? occasion.last : Infinity;
}

/** In [0, 1), from seed and number alone: the same in every process and every replay (MurmurHash3's finalizer). */
function draw(seed: number, match: number): number {
  let hash = Math.imul(seed, 0x9e3779b1) ^ match;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
