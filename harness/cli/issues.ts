import { execFileSync } from 'node:child_process';
import * as v from 'valibot';
import { buildModel } from '../../reports/build-model.js';
import { issueActions, type IssueAction } from '../../reports/issues.js';
import { readResults } from '../../reports/read-results.js';
import { UsageError } from './usage-error.js';

const LABEL = 'crashwright';
/** More than any tracker has of that label. */
const MOST_ISSUES = 1000;

export interface IssuesOptions {
  /** Says what it would do. */
  readonly dryRun?: boolean;
}

const knownIssues = v.array(v.object({ number: v.number(), title: v.string(), state: v.picklist(['OPEN', 'CLOSED']) }));

/** `crashwright issues DIR...`: in the tracker of the repository that GitHub's `gh` finds, one issue for each cause of failures. */
export function issues(directories: readonly string[], { dryRun = false }: IssuesOptions): Promise<number> {
  const model = buildModel(readResults(directories));
  const known = v.parse(knownIssues, JSON.parse(gh([...LIST, '--limit', String(MOST_ISSUES)])));
  for (const action of issueActions(model, known)) {
    process.stderr.write(`${dryRun ? 'would ' : ''}${describe(action)}\n`);
    if (!dryRun) carryOut(action);
  }
  return Promise.resolve(0);
}

const LIST = ['issue', 'list', '--state', 'all', '--label', LABEL, '--json', 'number,title,state'];

function describe(action: IssueAction): string {
  if (action.kind === 'create') return `open an issue: ${action.title}`;
  return `${action.reopens ? 'reopen and ' : ''}comment on issue ${action.number}`;
}

function carryOut(action: IssueAction): void {
  if (action.kind === 'create') {
    gh(['label', 'create', LABEL, '--force', '--description', 'found by a crash campaign']);
    gh(['issue', 'create', '--title', action.title, '--label', LABEL, '--body-file', '-'], action.body);
    return;
  }
  if (action.reopens) gh(['issue', 'reopen', String(action.number)]);
  gh(['issue', 'comment', String(action.number), '--body-file', '-'], action.body);
}

/** Raises a usage error with what `gh` says when it fails. */
function gh(words: readonly string[], input?: string): string {
  try {
    return execFileSync('gh', words, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (thrown) {
    const { code, stderr } = thrown as NodeJS.ErrnoException & { stderr?: string };
    throw new UsageError(
      code === 'ENOENT' ? "GitHub's command line, gh, is not there" : `gh ${words[0]} ${words[1]}: ${stderr}`,
    );
  }
}
