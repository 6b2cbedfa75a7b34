import type { Failure, ReportModel } from './report-model.js';

const SIGNS = { passed: '✅', violated: '❌', 'harness-failure': '⚠️' } as const;
const MOST_FAILURES = 20;
const MOST_MISSED = 10;

/** A summary for the page of a CI job: the verdict, what was tried, each cause with the command that makes it again. */
export function markdownReport(model: ReportModel): string {
  return [
    `# ${SIGNS[model.verdict]} ${model.headline}`,
    '',
    ...figures(model),
    ...model.failures.slice(0, MOST_FAILURES).flatMap(failureSection),
    ...left(model.failures.length - MOST_FAILURES, 'causes'),
    ...harnessFailures(model.harnessFailures),
    ...scoreLines(model),
    ...invariants(model),
    ...missed(model),
    '',
  ].join('\n');
}

/** The text of an issue on one cause. */
export function failureSection(failure: Failure): string[] {
  const { cause, cycles, where, example, commands, tier } = failure;
  const { workload, mutants, violations, account } = example;
  const switchedOn = mutants.length > 0 ? `, with ${mutants.join(', ')}` : '';
  return [
    `## ${escaped(cause.title)}`,
    '',
    `${cycles} ${cycles === 1 ? 'cycle' : 'cycles'}, cause \`${cause.id}\`. First: seed ${example.seed}, cycle ${where[0].index} of seed ${where[0].masterSeed}, ${tier} tier, workload ${workload}${switchedOn}.`,
    '',
    ...violations
      .slice(0, 3)
      .flatMap(({ invariant, promised, found }) => [
        `- **${invariant}**`,
        `  - promised: ${escaped(firstLine(promised))}`,
        `  - found: ${escaped(firstLine(found))}`,
      ]),
    ...(account?.faults ?? []).map(({ fault, outcome }) => `- fault: \`${fault}\`, ${outcome}`),
    '',
    ...(commands.length > 0 ? ['```', ...commands.map(({ command }) => command), '```', ''] : []),
  ];
}

function figures({ totals, campaigns }: ReportModel): string[] {
  const { cycles, powerCuts, crashStates, crashes, faults, commits, workMs } = totals;
  const missing = campaigns.flatMap(({ missingShards }) => missingShards);
  return [
    '| cycles | crashes | power cuts | different disks | commits acknowledged | faults fired | work |',
    '| --: | --: | --: | --: | --: | --: | --: |',
    `| ${[cycles, crashes.total, powerCuts, crashStates, commits.acknowledged].map(grouped).join(' | ')} | ${grouped(faults.fired)} of ${grouped(faults.planned)} | ${Math.round(workMs / 1000)} s |`,
    '',
    ...campaigns.map(
      ({ seed, tier, target, mutants, runs }) =>
        `- seed ${seed}, tier ${tier}, ${target.name} ${target.version}${mutants.length > 0 ? `, with ${mutants.join(', ')}` : ''}${runs.length > 1 ? `, ${runs.length} shards` : ''}`,
    ),
    ...(missing.length > 0 ? [`- **missing: the results of shard ${missing.join(', ')}**`] : []),
    '',
  ];
}

function harnessFailures(failures: readonly string[]): string[] {
  if (failures.length === 0) return [];
  return ['## Cycles that the harness could not carry out', '', ...failures.map((each) => `- ${escaped(each)}`), ''];
}

function scoreLines({ score }: ReportModel): string[] {
  if (!score) return [];
  const missedBugs = score.filter(({ detected }) => !detected).map(({ id }) => id);
  const found = score.length - missedBugs.length;
  return [
    `Known bugs: ${found} of ${score.length} found${missedBugs.length > 0 ? `; not found: ${missedBugs.join(', ')}` : ''}.`,
    '',
  ];
}

function invariants({ invariants: counts }: ReportModel): string[] {
  return [
    '<details><summary>Invariants</summary>',
    '',
    '| invariant | checked | violated in |',
    '| --- | --: | --: |',
    ...counts.map(({ invariant, checks, violations }) => `| ${invariant} | ${grouped(checks)} | ${violations} |`),
    '',
    '</details>',
    '',
  ];
}

/** Where crashes could have fallen and never did, what was passed most often first. */
function missed({ coverage }: ReportModel): string[] {
  const places = [...coverage.calls, ...coverage.points];
  const never = places.filter(({ struck, passed }) => struck === 0 && passed > 0).sort((a, b) => b.passed - a.passed);
  const struck = places.length - never.length;
  const names = never.slice(0, MOST_MISSED).map(({ process, place }) => `${process} ${place}`);
  return [
    `Crashes fell at ${struck} of ${places.length} places${never.length > 0 ? `; most often passed, never struck: ${names.join(', ')}` : ''}.`,
  ];
}

function left(count: number, what: string): string[] {
  return count > 0 ? [`... and ${count} more ${what}`, ''] : [];
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0];
}

/** Markdown's and HTML's own characters, so that what a server said cannot change the page. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`);
}
