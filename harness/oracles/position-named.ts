import type { Violation } from './oracle.js';

/** Where in the log to look: the LSN of the page or record that is accused, or the one in the server's message. */
export function positionNamed({ lsns, found }: Violation): number | undefined {
  const position = lsns?.page ?? lsns?.record;
  if (position !== undefined) return position;
  const [, high, low] = /\b([0-9A-F]+)\/([0-9A-F]{5,8})\b/.exec(found) ?? [];
  return low === undefined ? undefined : Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}
