/**
 * How much log the last recovery replayed, by what a server of PostgreSQL's kind says of itself (xlogrecovery.c): in bytes, from
 * `redo starts at` to `redo done at`. 0 where it says that there was nothing to redo.
 */
export function replayedBytes(log: string): number {
  const starts = log.lastIndexOf('redo starts at ');
  if (starts < 0) return 0;
  const [from, to] = [positionAt(log, starts, /redo starts at (\S+)/), positionAt(log, starts, /redo done at (\S+)/)];
  return from === undefined || to === undefined ? 0 : Math.max(0, to - from);
}

function positionAt(log: string, start: number, pattern: RegExp): number | undefined {
  const [, text] = pattern.exec(log.slice(start)) ?? [];
  if (text === undefined) return undefined;
  const [high, low] = text.split('/').map((part) => Number.parseInt(part, 16));
  return high * 2 ** 32 + low;
}
