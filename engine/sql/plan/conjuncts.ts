import type { Expression } from '../analyse/expression.js';
import type { FromItem } from '../analyse/query.js';
import type { Source } from '../analyse/source.js';
import { forEachPart } from '../analyse/walk.js';

/** The parts of an AND, all of which must hold. Those that always do are left out. */
export function conjuncts(condition: Expression | null): Expression[] {
  if (condition === null || isTrue(condition)) return [];
  return condition.kind === 'and' ? condition.args.flatMap(conjuncts) : [condition];
}

function isTrue(condition: Expression): boolean {
  return condition.kind === 'constant' && condition.value === true;
}

/** The sources of one query level that an expression reads; null when a subquery in it hides that. */
export function sourcesOf(expression: Expression, scope: object): Set<Source> | null {
  const sources = new Set<Source>();
  let isHidden = false;
  forEachPart(expression, (part) => {
    if ('query' in part) isHidden = true;
    if ((part.kind === 'column' || part.kind === 'system-column') && part.source.scope === scope)
      sources.add(part.source);
  });
  return isHidden ? null : sources;
}

/** The sources under a FROM item, in the order of their slots. */
export function sourcesUnder(item: FromItem): Source[] {
  return item.kind === 'source' ? [item.source] : [...sourcesUnder(item.left), ...sourcesUnder(item.right)];
}

export function isWithin(sources: Set<Source> | null, available: readonly Source[]): boolean {
  return sources !== null && [...sources].every((source) => available.includes(source));
}

/** Must it be evaluated just where it was written? Volatile calls are, so they are not moved into scans. */
export function isVolatile(expression: Expression): boolean {
  let found = false;
  forEachPart(expression, (part) => {
    if (part.kind === 'call' && part.signature.volatility === 'volatile') found = true;
  });
  return found;
}
