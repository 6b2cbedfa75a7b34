import type { Expression } from './expression.js';

type Map = (expression: Expression) => Expression;

/**
 * A copy of the expression whose direct parts went through `map`. Subqueries are not entered: what they take from the
 * levels around them is resolved when they are compiled.
 */
export function mapChildren(expression: Expression, map: Map): Expression {
  switch (expression.kind) {
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
    case 'greatest':
    case 'least':
      return { ...expression, args: expression.args.map(map) } as Expression;
    case 'cast':
    case 'modify':
    case 'not':
    case 'null-test':
    case 'boolean-test':
      return { ...expression, arg: map(expression.arg) };
    case 'case':
      return mapCase(expression, map);
    case 'nullif':
    case 'distinct':
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case 'array-comparison':
      return { ...expression, left: map(expression.left), array: map(expression.array) };
    case 'array':
      return { ...expression, elements: expression.elements.map(map) };
    case 'subscript':
      return { ...expression, array: map(expression.array), index: map(expression.index) };
    case 'quantified-subquery':
      return { ...expression, left: expression.left.map(map) };
    case 'aggregate':
      return mapAggregate(expression, map);
    default:
      return expression;
  }
}

function mapCase(expression: Extract<Expression, { kind: 'case' }>, map: Map): Expression {
  const { subject, branches, otherwise } = expression;
  return {
    ...expression,
    subject: subject && { ...subject, value: map(subject.value) },
    branches: branches.map(({ condition, result }) => ({ condition: map(condition), result: map(result) })),
    otherwise: map(otherwise),
  };
}

function mapAggregate(expression: Extract<Expression, { kind: 'aggregate' }>, map: Map): Expression {
  return {
    ...expression,
    args: expression.args.map(map),
    filter: expression.filter && map(expression.filter),
    orderBy: expression.orderBy.map((key) => ({ ...key, expression: map(key.expression) })),
  };
}

/** Every part of the expression, itself included, in no particular order. */
export function forEachPart(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  mapChildren(expression, (part) => {
    forEachPart(part, visit);
    return part;
  });
}
