import type { Node } from '@pgsql/types';
import type { RangeVar } from '@pgsql/types';
import type { Relation } from '../catalog/relation.js';
import type { TextEnvironment } from '../types/environment.js';
import type { Parameters } from './parameters.js';
import type { SelectQuery } from './query.js';

export type LockStrength = 'AccessShare' | 'RowShare' | 'RowExclusive';

/** What analysing a statement needs from the session. */
export interface AnalysisContext {
  /** Finds a table or built-in view by the search path and locks it. Raises 42P01. */
  openRelation(name: RangeVar, lock: LockStrength): Relation;
  readonly parameters: Parameters;
  /** For literals whose meaning depends on the session or the catalog. */
  readonly text: TextEnvironment;
  /** Parses an expression that the catalog keeps as text. */
  parseExpression(text: string): Node;
  /** Set when the query calls a function that changes the database or locks rows. */
  noteLocking(query: SelectQuery): void;
}
