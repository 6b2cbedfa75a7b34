/** What an index may break. */
export type BrokenRule =
  | 'metapage'
  | 'page'
  | 'item order'
  | 'high key'
  | 'cross page item order'
  | 'links'
  | 'down-link'
  | 'down-link lower bound'
  | 'root'
  | 'missing entry'
  | 'entry';

/** One thing wrong with an index. */
export interface IndexProblem {
  readonly rule: BrokenRule;
  /** For people. */
  readonly found: string;
}
