/** 2000-01-01 UTC in milliseconds since 1970. */
const EPOCH_2000_MS = 946_684_800_000;

/** Milliseconds since 1970 as a timestamptz value; null for 0, which stands for "not set". */
export function momentOrNull(unixMs: number): bigint | null {
  return unixMs === 0 ? null : moment(unixMs);
}

export function moment(unixMs: number): bigint {
  return BigInt(Math.round((unixMs - EPOCH_2000_MS) * 1000));
}
