import type { IndexFormat } from '../index-format.js';
import { checkRows, type IndexedRows } from './row-check.js';
import { TreeCheck, type TreePages } from './tree-check.js';

/** Everything wrong with an index, as text: by itself, and when that is nothing, compared with its table. */
export function verifyIndex(format: IndexFormat, pages: TreePages, rows?: IndexedRows): string[] {
  const tree = new TreeCheck(pages, format);
  const problems = tree.run();
  return problems.length > 0 || !rows ? problems : checkRows(format, tree.entries(), rows);
}
