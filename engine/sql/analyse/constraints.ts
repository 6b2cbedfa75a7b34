import type { Relation } from '../catalog/relation.js';
import type { Analyser } from './analyser.js';
import { requireBoolean, transformExpression } from './expressions.js';
import type { RowCheck } from './query.js';
import { Scope } from './scope.js';
import type { Source } from './source.js';

/** The CHECK constraints of a table as conditions on `target`'s row, in the order PostgreSQL tests them: by name. */
export function checkConditions(analyser: Analyser, scope: Scope, target: Source, relation: Relation): RowCheck[] {
  const inner = new Scope(undefined);
  inner.namespace = [scope.itemFor(target)];
  inner.clause = 'check';
  const sorted = [...relation.checks].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(({ name, text }) => {
    const node = analyser.context.parseExpression(text);
    return { name, condition: requireBoolean(transformExpression(analyser, inner, node), 'CHECK') };
  });
}
