import type { Oid } from '../../base/block.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';

/** A function or operator that could be meant: the argument types it takes, one for each given. */
export interface Candidate {
  readonly args: readonly Oid[];
}

/** Can all arguments be converted implicitly? */
export type CanCoerce = (from: readonly Oid[], to: readonly Oid[]) => boolean;

/**
 * Chooses among several candidates that all could take the arguments (parser/parse_func.c func_select_candidate): most exact
 * matches; then most exact or preferred types; then what unknown literals suggest. undefined: no single best one.
 */
export function selectCandidate<C extends Candidate>(
  given: readonly Oid[],
  all: readonly C[],
  canCoerce: CanCoerce,
): C | undefined {
  const isUnknown = given.map((type) => type === TypeOid.unknown);
  const isExact = (type: Oid, i: number) => !isUnknown[i] && type === given[i];
  const isExactOrPreferred = (type: Oid, i: number) =>
    !isUnknown[i] && (type === given[i] || isPreferred(given[i], type));

  let left = mostMatches(all, isExact);
  if (left.length === 1) return left[0];
  left = mostMatches(left, isExactOrPreferred);
  if (left.length === 1) return left[0];
  if (!isUnknown.includes(true)) return undefined;
  left = byUnknownCategories(isUnknown, left);
  if (left.length === 1) return left[0];
  return assumingKnownType(given, isUnknown, left, canCoerce);
}

function mostMatches<C extends Candidate>(
  candidates: readonly C[],
  matches: (type: Oid, i: number) => boolean,
): readonly C[] {
  const counts = candidates.map((candidate) => candidate.args.filter(matches).length);
  const best = Math.max(...counts);
  return candidates.filter((_, i) => counts[i] === best);
}

/** Only a preferred type of the input's own category counts. */
function isPreferred(given: Oid, type: Oid): boolean {
  const row = types.row(type);
  return row.preferred && row.category === types.row(given).category;
}

/**
 * Gives each unknown argument a type category: string when any candidate takes one there, else the one that all agree on.
 * Then drops the candidates of other categories, and of types that are not preferred where one is.
 */
function byUnknownCategories<C extends Candidate>(
  isUnknown: readonly boolean[],
  candidates: readonly C[],
): readonly C[] {
  let fitting = candidates;
  for (let i = 0; i < isUnknown.length; i++) {
    if (!isUnknown[i]) continue;
    const rows = candidates.map((candidate) => types.row(candidate.args[i]));
    const category = rows.some((row) => row.category === 'S') ? 'S' : rows[0].category;
    if (category !== 'S' && rows.some((row) => row.category !== category)) return candidates;
    const hasPreferred = rows.some((row) => row.category === category && row.preferred);
    fitting = fitting.filter((candidate) => {
      const row = types.row(candidate.args[i]);
      return row.category === category && (row.preferred || !hasPreferred);
    });
  }
  return fitting.length > 0 ? fitting : candidates;
}

/** When all known arguments are of one type, the unknown ones may be too. */
function assumingKnownType<C extends Candidate>(
  given: readonly Oid[],
  isUnknown: readonly boolean[],
  candidates: readonly C[],
  canCoerce: CanCoerce,
): C | undefined {
  const known = new Set(given.filter((_, i) => !isUnknown[i]));
  if (known.size !== 1) return undefined;
  const [type] = known;
  const assumed = given.map(() => type);
  const fitting = candidates.filter((candidate) => canCoerce(assumed, candidate.args));
  return fitting.length === 1 ? fitting[0] : undefined;
}
