import { failureSection } from './markdown.js';
import type { Failure, ReportModel } from './report-model.js';

/** An issue of the tracker, as far as it matters here. */
export interface KnownIssue {
  readonly number: number;
  readonly title: string;
  readonly state: 'OPEN' | 'CLOSED';
}

/** What to do in the tracker about a cause of failures. */
export type IssueAction =
  | { readonly kind: 'create'; readonly title: string; readonly body: string }
  | { readonly kind: 'comment'; readonly number: number; readonly body: string; readonly reopens: boolean };

/** How many cycles more than these are not named in an issue. */
const MOST_CYCLES = 20;

/** One issue for each cause: a new one, or, where the tracker has one of that cause, a comment that it was seen again. */
export function issueActions({ failures }: Pick<ReportModel, 'failures'>, known: readonly KnownIssue[]): IssueAction[] {
  return failures.map((failure) => {
    const issue = known.find(({ title }) => title.includes(markOf(failure)));
    if (!issue) return { kind: 'create', title: titleOf(failure), body: bodyOf(failure) };
    return { kind: 'comment', number: issue.number, body: bodyOf(failure), reopens: issue.state === 'CLOSED' };
  });
}

/** How an issue is known again, whatever else becomes of its title. */
function markOf({ cause }: Failure): string {
  return `[cause ${cause.id}]`;
}

function titleOf(failure: Failure): string {
  return `${failure.cause.title} ${markOf(failure)}`;
}

function bodyOf(failure: Failure): string {
  const seeds = failure.where.slice(0, MOST_CYCLES).map(({ masterSeed, index }) => `${masterSeed}/${index}`);
  const others = failure.where.length - seeds.length;
  return [
    ...failureSection(failure),
    `Cycles (seed/number): ${seeds.join(', ')}${others > 0 ? ` and ${others} more` : ''}. The seed file is among the run's artifacts.`,
    '',
  ].join('\n');
}
