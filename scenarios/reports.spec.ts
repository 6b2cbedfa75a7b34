import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { dir, type DirectoryResult } from 'tmp-promise';
import { buildModel } from '../reports/build-model.js';
import { readResults } from '../reports/read-results.js';
import type { ReportModel } from '../reports/report-model.js';

const CLI = fileURLToPath(new URL('../harness/cli/crashwright.js', import.meta.url));
const SEED = '20261122';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** `crashwright` as a user runs it. */
function crashwright(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined, ...env } };
    const child = execFile(process.execPath, [CLI, ...words], options, (_thrown, out, error) =>
      resolve({ code: child.exitCode ?? -1, out, error }),
    );
  });
}

/** All that a report shows, but for how long things took, and where and when its runs took place. */
function timeless(model: ReportModel): object {
  const { campaigns, totals, recoveries, discovery, ...rest } = model;
  return {
    ...rest,
    campaigns: campaigns.map(({ runs: _runs, ...campaign }) => campaign),
    totals: { ...totals, workMs: 0 },
    recoveries: recoveries.map((each) => ({ ...each, ms: 0 })),
    discovery: discovery.map((each) => ({ ...each, workSeconds: 0 })),
  };
}

describe('reports', function () {
  this.timeout(180_000);
  let temporary: DirectoryResult;
  const at = (name: string): string => path.join(temporary.path, name);
  before(async () => (temporary = await dir({ unsafeCleanup: true })));
  after(() => temporary.cleanup());

  it('of two shards merge into the one that a run of the same seed gives', async () => {
    const run = ['run', '--tier', 'power', '--seed', SEED, '--workload', 'inserts', '--cycles', '4', '--jobs', '1'];
    const [whole, ...shards] = await Promise.all([
      crashwright([...run, '--out', at('whole')]),
      ...['1/2', '2/2'].map((shard, index) =>
        crashwright([...run, '--shard', shard, '--out', path.join(at('shards'), String(index))]),
      ),
    ]);
    for (const { code, error } of [whole, ...shards]) expect(code, error).to.equal(0);
    const [one, merged] = [at('whole'), at('shards')].map((directory) => buildModel(readResults([directory])));
    expect(one.totals.cycles).to.equal(4);
    expect(one.totals.crashStates).to.be.greaterThan(50);
    expect(timeless(merged)).to.deep.equal(timeless(one));
  });

  it('are written by a run in every format, and its verdict is its exit code', async () => {
    const formats = ['html', 'junit', 'md', 'json'];
    const run = ['run', '--tier', 'power', '--mutant', 'F8', '--seed', '1', '--jobs', '1', '--quiet', '--json'];
    const { code, out, error } = await crashwright([...run, '--out', at('found'), '--report', ...formats]);
    expect(code, error).to.equal(1);
    const { violations } = JSON.parse(out) as { violations: { invariant: string; seedFile: string }[] };
    expect(violations[0].invariant).to.equal('durability');
    expect(error).to.match(/^crashwright run --tier power --seed 1: .*\nVIOLATED durability /);
    const files = ['report.html', 'junit.xml', 'summary.md', 'report.jsonl'].map((name) =>
      fs.readFileSync(at(`found/${name}`), 'utf8'),
    );
    for (const text of files) expect(text).to.include('durability');
    expect(files[1]).to.match(/<testsuites tests="\d+" failures="1" errors="0"/);
    expect(files[2]).to.include(`npx crashwright replay ${violations[0].seedFile}`);
    const kinds = files[3]
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds[0]).to.equal('verdict');
    expect(kinds).to.include.members(['campaign', 'invariant', 'failure', 'cycle']);
    const told = await crashwright(['report', at('found'), '--format', 'md', '--out', '-']);
    expect(told.out).to.equal(files[2]);
  });

  it('tell of the smaller case when there is one, and it is filed in a corpus once', async () => {
    const { seedFile } = (readResults([at('found')])[0].cycles.find((cycle) => cycle.seedFile) ?? {}) as {
      seedFile: string;
    };
    const seed = at(`found/${seedFile}`);
    const shrunk = seed.replace('.json', '.shrunk.json');
    expect((await crashwright(['shrink', seed, '--budget', '10s'])).code).to.equal(1);
    const { out } = await crashwright(['report', at('found'), '--format', 'md', '--out', '-']);
    expect(out).to.include(`npx crashwright replay ${shrunk}`);
    fs.mkdirSync(at('corpus'));
    const add = ['corpus', 'add', shrunk, '--directory', at('corpus'), '--budget', '5s', '--name', 'early'];
    const unsaid = await crashwright(add);
    expect(unsaid.code).to.equal(2);
    expect(unsaid.error).to.include('--cause TEXT --consequence TEXT --fix TEXT');
    const about = ['--cause', 'told too soon', '--consequence', 'it is lost', '--fix', 'flush first'];
    const filed = await crashwright([...add, ...about]);
    expect(filed.code, filed.error).to.equal(0);
    const [name, ...others] = fs.readdirSync(at('corpus'));
    expect(name).to.match(/^early-power-durability-\d+\.json$/);
    expect(others).to.deep.equal([]);
    const again = await crashwright([...add, ...about]);
    expect(again.code).to.equal(1);
    expect(again.error).to.include(`has the cause of ${name}`);
    const list = await crashwright(['corpus', 'list', '--directory', at('corpus')]);
    expect(list.out).to.include(name).and.to.include('told too soon');
  });

  it('become issues: one for each cause, which later runs comment on', async () => {
    const tracker = at('tracker.json');
    fs.writeFileSync(tracker, '[]');
    const env = { PATH: `${fakeGh(at('bin'), tracker)}:${process.env.PATH}` };
    for (const expected of [/open an issue: durability/, /comment on issue 1/]) {
      const { code, error } = await crashwright(['issues', at('found')], env);
      expect(code, error).to.equal(0);
      expect(error).to.match(expected);
    }
    const issues = JSON.parse(fs.readFileSync(tracker, 'utf8')) as { body: string; comments: string[] }[];
    expect(issues).to.have.length(1);
    expect(issues[0].body).to.include('npx crashwright replay');
    expect(issues[0].comments).to.have.length(1);
  });

  it('are refused for directories without results, and for shards that overlap', async () => {
    const nothing = await crashwright(['report', at('bin')]);
    expect(nothing).to.deep.include({ code: 2, error: `crashwright: no results of a run in ${at('bin')}\n` });
    const overlap = await crashwright(['report', at('whole'), at('shards')]);
    expect(overlap.code).to.equal(2);
    expect(overlap.error).to.match(/^crashwright: cycle \d of seed 20261122 is in .* and in .*: reports merge shards/);
    const used = await crashwright(['run', '--cycles', '1', '--out', at('whole')]);
    expect(used.code).to.equal(2);
    expect(used.error).to.include('holds the results of a run already');
  });
});

/** A `gh` that keeps its issues in a file; returns the directory it is in. */
function fakeGh(directory: string, tracker: string): string {
  fs.mkdirSync(directory);
  const program = `#!${process.execPath}
const fs = require('node:fs');
const issues = JSON.parse(fs.readFileSync(${JSON.stringify(tracker)}, 'utf8'));
const [area, verb, ...rest] = process.argv.slice(2);
const input = () => fs.readFileSync(0, 'utf8');
if (area === 'issue' && verb === 'list') process.stdout.write(JSON.stringify(issues));
if (area === 'issue' && verb === 'create') {
  const title = rest[rest.indexOf('--title') + 1];
  issues.push({ number: issues.length + 1, title, state: 'OPEN', body: input(), comments: [] });
}
if (area === 'issue' && verb === 'comment') issues[Number(rest[0]) - 1].comments.push(input());
fs.writeFileSync(${JSON.stringify(tracker)}, JSON.stringify(issues));
`;
  fs.writeFileSync(path.join(directory, 'gh'), program, { mode: 0o755 });
  return directory;
}
