/** `12,345` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 cycle`, `1,200 cycles` */
export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${formatCount(count)} ${count === 1 ? thing : things}`;
}

/** `0.84 ms`, `350 ms`, `12.4 s`, `7 min 5 s`, `3 h 12 min` */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(2))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `512 bytes`, `16.4 kB` */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), BYTE_UNITS.length - 1);
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${BYTE_UNITS[power]}`;
}

/** `2026-11-22 05:12:03 UTC` of an ISO 8601 moment; other text as it is. */
export function formatMoment(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** `0-3, 7, 9-11` of the indexes that hold. */
export function formatRanges(holds: readonly boolean[]): string {
  const ranges: [number, number][] = [];
  for (const [index, held] of holds.entries()) {
    const last = ranges.at(-1);
    if (held && last?.[1] === index - 1) last[1] = index;
    else if (held) ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

/** `text`, or its beginning and an ellipsis where it is longer than that. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, Math.max(longest - 1, 0))}…` : text;
}
