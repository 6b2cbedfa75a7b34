import type { Failure } from '../report-model.js';
import { accountOf } from './account.js';
import { counted } from './format.js';
import { html, type Html } from './html.js';
import { LIMITS, leftOutNote, sampled } from './limits.js';
import { storyOf } from './story.js';
import { table } from './table.js';

/** A list of the causes where there are several, then the story of each. */
export async function failuresBody(failures: readonly Failure[]): Promise<Html> {
  if (failures.length === 0) return html`<p>No invariant was violated.</p>`;
  const told = failures.slice(0, LIMITS.stories);
  const stories = await Promise.all(told.map(story));
  return html`${failures.length > 1 ? causes(failures) : undefined} ${stories}
  ${leftOutNote(told.length, failures.length, 'causes are told in full above: the list names all of them, and the results hold their accounts;')}`;
}

function causes(failures: readonly Failure[]): Html {
  const rows = failures.map((failure, index) => ({ failure, index }));
  return table(
    rows,
    [
      { title: 'cause', cell: ({ failure, index }) => causeLink(failure, index) },
      { title: 'tier', cell: ({ failure }) => failure.tier },
      { title: 'cycles', isNumber: true, cell: ({ failure }) => failure.cycles },
    ],
    { caption: `${counted(failures.length, 'cause')}, the most frequent first` },
  );
}

function causeLink({ cause }: Failure, index: number): Html {
  return index < LIMITS.stories ? html`<a href="#failure-${index + 1}">${cause.title}</a>` : html`${cause.title}`;
}

async function story(failure: Failure, index: number): Promise<Html> {
  const { cause, example, commands } = failure;
  const id = `failure-${index + 1}`;
  return html`<article class="failure" id="${id}" aria-labelledby="${id}-title">
    <h3 id="${id}-title">${cause.title}</h3>
    <p class="facts">${facts(failure)}</p>
    ${violations(example.violations)}
    <p class="story">${storyOf(failure).join(' ')}</p>
    ${seeAgain(commands)} ${where(failure)}
    ${await accountOf(example.account, { isOpen: index === 0, isDrawn: index < LIMITS.drawnStories })}
  </article>`;
}

function facts({ cause, tier, cycles, example }: Failure): Html {
  const { seed, workload, mutants, seedFile } = example;
  const parts = [
    html`${tier} tier`,
    html`<b>${counted(cycles, 'cycle')}</b>`,
    html`workload ${workload}`,
    html`seed ${seed}`,
    ...(mutants.length > 0 ? [html`known bugs on: ${mutants.join(', ')}`] : []),
    html`cause <code>${cause.id}</code>`,
    ...(seedFile === undefined ? [] : [html`seed file <code>${seedFile}</code>`]),
  ];
  return html`${parts.map((part) => html`<span>${part}</span> `)}`;
}

const UNFOLDED_VIOLATIONS = 2;

function violations(all: Failure['example']['violations']): Html {
  const [first, rest] = [all.slice(0, UNFOLDED_VIOLATIONS), all.slice(UNFOLDED_VIOLATIONS, LIMITS.rows)];
  return html`${first.map(violation)}
  ${
    rest.length === 0
      ? undefined
      : html`<details>
          <summary>${counted(rest.length, 'more violation')} in the same cycle</summary>
          ${rest.map(violation)}
        </details>`
  }
  ${leftOutNote(first.length + rest.length, all.length, 'violations')}`;
}

function violation({ invariant, promised, found }: Failure['example']['violations'][number]): Html {
  return html`<dl class="violation">
    <div>
      <dt>invariant</dt>
      <dd><a href="#invariant-${invariant}">${invariant}</a></dd>
    </div>
    <div>
      <dt>promised</dt>
      <dd>${promised}</dd>
    </div>
    <div>
      <dt>found</dt>
      <dd class="found">${found}</dd>
    </div>
  </dl>`;
}

function seeAgain(commands: Failure['commands']): Html | undefined {
  if (commands.length === 0) return undefined;
  return html`<h4>See it again</h4>
    <dl class="commands">
      ${commands.map(
        ({ what, command }) =>
          html`<div>
            <dt>${what}</dt>
            <dd><code class="command">${command}</code></dd>
          </div>`,
      )}
    </dl>`;
}

function where({ where: cycles }: Failure): Html {
  const shown = sampled(cycles, LIMITS.rows);
  return html`<details>
    <summary>The cycles that failed so</summary>
    <p class="cycles">
      ${shown.map(({ masterSeed, index, seed }) => html`<span>seed ${masterSeed} cycle ${index} (${seed})</span> `)}
    </p>
    ${leftOutNote(shown.length, cycles.length, 'cycles')}
  </details>`;
}
