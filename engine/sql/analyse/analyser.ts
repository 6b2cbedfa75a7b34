import type { AnalysisContext } from './context.js';

/** One statement's analysis. */
export interface Analyser {
  readonly context: AnalysisContext;
}
