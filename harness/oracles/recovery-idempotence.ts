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
    .filter((name) => canonical(first[name]) !== canonical(second[name]))
    .map((name) => ({
      invariant: 'recovery-idempotence',
      promised: `recovering the same files twice gives the same rows of "${name}"`,
      found: difference(first[name] ?? [], second[name] ?? []),
    }));
}

function lines(rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function canonical(rows: readonly Row[] | undefined): string {
  return rows === undefined ? 'missing' : lines(rows).join('\n');
}

function difference(first: readonly Row[], second: readonly Row[]): string {
  const inFirst = new Set(lines(first));
  const inSecond = new Set(lines(second));
  const onlyFirst = [...inFirst].find((line) => !inSecond.has(line));
  const onlySecond = [...inSecond].find((line) => !inFirst.has(line));
  return `${first.length} and ${second.length} rows; only in the first: ${onlyFirst ?? '-'}; only in the second: ${onlySecond ?? '-'}`;
}
