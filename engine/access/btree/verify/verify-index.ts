import type { IndexFormat } from '../index-format.js';
import type { IndexProblem } from './index-problem.js';
import { PageWalk } from './page-walk.js';
import { checkRows, type FoundEntry, type IndexedRows } from './row-check.js';
import { TreeCheck, type TreePages } from './tree-check.js';

/** `tree`: all of it, while nobody changes the index; `pages`: each page by itself, whoever changes it. */
export type VerifyScope = 'tree' | 'pages';

interface Check {
  run(): IndexProblem[];
  entries(): Iterable<FoundEntry>;
}

/** Everything wrong with an index: by itself, and when that is nothing, compared with its table. */
export function verifyIndex(
  format: IndexFormat,
  pages: TreePages,
  scope: VerifyScope,
  rows?: IndexedRows,
): IndexProblem[] {
  const check: Check = scope === 'tree' ? new TreeCheck(pages, format) : new PageWalk(pages, format);
  const problems = check.run();
  return problems.length > 0 || !rows ? problems : checkRows(format, check.entries(), rows);
}
