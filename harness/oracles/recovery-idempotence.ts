import type { Contents, Row } from '../workloads/workload.js';
import type { Violation } from './oracle.js';

/**
 * Verifies: two recoveries of the same crashed files, one of them killed on its way when the plan says so, give the
 * same contents of every table the workload reads.
 *
 * Does not verify: that they are right (the other oracles), nor equality byte for byte: a recovery that was interrupted
 * leaves other page images.
 */
export function compareRecoveries(first: Contents, second: Contents): Violation[] {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...names]
    .filter((name) => !areSame(first[name], second[name]))
    .map((name) => ({
      invariant: 'recovery-idempotence',
      promised: `recovering the same files twice gives the same rows of "${name}"`,
      found: difference(first[name] ?? [], second[name] ?? []),
    }));
}

/** Most come in the same order too: the same contents are compared with many, so their text is kept. */
const texts = new WeakMap<readonly Row[], string>();

function areSame(first: readonly Row[] | undefined, second: readonly Row[] | undefined): boolean {
  if (first === second || !first || !second) return first === second;
  return textOf(first) === textOf(second) || lines(first).join('\n') === lines(second).join('\n');
}

function textOf(rows: readonly Row[]): string {
  let text = texts.get(rows);
  if (text === undefined) texts.set(rows, (text = JSON.stringify(rows)));
  return text;
}

function lines(rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function difference(first: readonly Row[], second: readonly Row[]): string {
  const inFirst = new Set(lines(first));
  const inSecond = new Set(lines(second));
  const onlyFirst = [...inFirst].find((line) => !inSecond.has(line));
  const onlySecond = [...inSecond].find((line) => !inFirst.has(line));
  return `${first.length} and ${second.length} rows; only in the first: ${onlyFirst ?? '-'}; only in the second: ${onlySecond ?? '-'}`;
}
