import { expect } from 'chai';
import { parsePowerLoss, printPowerLoss } from '../../disks/print-crash.js';
import { filesOf } from '../../disks/testing/hand-made-trace.js';
import { HandMadeTrace } from '../../disks/testing/hand-made-trace.js';
import { AnotherTrace, crashDisks, traceDigest, tryExactCrash } from './exact-crash.js';
import { crashInRecovery } from './nested.js';
import { profiles } from '../../disks/profiles.js';
import { SeededRandom } from '../../schedulers/seeded-random.js';
import { searchRun } from './search.js';
import { simulate } from './simulate.js';
import { failureOnLiar, searchOn, smallConfig, toolsFor, type FailedOnLiar } from './testing/small-run.js';
import { recoverAndRead } from './judge-state.js';
import { KnownDisks } from './known-disks.js';

describe('an exact crash', () => {
  let found: FailedOnLiar;
  before(async () => (found = await failureOnLiar()));

  it('fails again just as it was found, from what was printed', async () => {
    const { config, target, failure } = found;
    const run = await simulate(config, target);
    const violations = await tryExactCrash(run, toolsFor(target, config), structuredClone(failure.crash));
    expect(violations).to.deep.equal(failure.violations);
  });

  it('fails again where only the files of the stopped cluster show it', async () => {
    const { config, run, target } = found;
    const inspect = (): never => {
      throw new Error('no page can be read');
    };
    const damaged = Object.create(target, { inspect: { value: inspect } }) as typeof target;
    const { failure } = await searchRun(run, { config, search: searchOn(['xfs'], { points: 60 }), target: damaged });
    expect(failure?.violations).to.have.lengthOf(1);
    expect(failure!.violations[0]).to.include({ invariant: 'page-structure' });
    expect(await tryExactCrash(run, toolsFor(damaged, config), failure!.crash)).to.have.lengthOf(1);
    expect(await tryExactCrash(run, toolsFor(target, config), failure!.crash)).to.deep.equal([]);
  });

  it('is the same after being parsed and printed', () => {
    const { crashes } = found.failure.crash;
    expect(crashes.map((text) => printPowerLoss(parsePowerLoss(text)))).to.deep.equal(crashes);
  });

  it('passes where everything survived', async () => {
    const { config, target, run, failure } = found;
    const { at } = parsePowerLoss(failure.crash.crashes[0]);
    const starts = run.events.filter(({ kind, start }) => kind !== 'sync' && start <= at).map(({ start }) => start);
    const crash = { profile: 'lying-fsync' as const, crashes: [`power-loss at +${at} keep {${starts.join(', ')}}`] };
    expect(await tryExactCrash(run, toolsFor(target, config), crash)).to.deep.equal([]);
  });

  it('is refused by another run, which has no such change on its way', async () => {
    const { config, target } = found;
    const tools = toolsFor(target, config);
    const never = { profile: 'xfs' as const, crashes: ['power-loss at +100 keep {99999}'] };
    let thrown: unknown;
    await tryExactCrash(found.run, tools, never).catch((error: unknown) => (thrown = error));
    expect(thrown).to.be.instanceOf(AnotherTrace);
    expect((thrown as Error).message).to.equal('event 99999 is not on its way at +100');
  });

  it('inside a recovery is made on the disk that the crash before it left', async () => {
    const { config, target, run } = found;
    const tools = toolsFor(target, config);
    const first = `power-loss at +${run.endedAt} keep {}`;
    const [{ disk }] = await crashDisks(run, tools, { profile: 'posix-weak', crashes: [first] });
    const recovered = await recoverAndRead(tools, disk.fork());
    const paths: (readonly string[])[] = [];
    await crashInRecovery(
      {
        tools,
        disks: new KnownDisks(tools),
        model: profiles['posix-weak'],
        random: new SeededRandom(1),
        first: recovered.contents!,
        onCrash: ({ path }) => paths.push(path) > 3,
      },
      disk,
      2,
    );
    const deepest = paths.find(({ length }) => length === 2)!;
    const crash = { profile: 'posix-weak' as const, crashes: [first, ...deepest] };
    const disks = await crashDisks(run, tools, crash);
    expect(disks.map(({ loss }) => printPowerLoss(loss))).to.deep.equal(crash.crashes);
    expect(filesOf(disks[0].disk)).to.deep.equal(filesOf(disk));
    expect(disks[1].events.every(({ process }) => process === 'startup')).to.equal(true);
    expect(await tryExactCrash(run, tools, crash)).to.deep.equal([]);
  });

  it('leaves the run as it was', async () => {
    const { config, target, run, failure } = found;
    const [digest, base] = [traceDigest(run.events), filesOf(run.base)];
    await tryExactCrash(run, toolsFor(target, config), failure.crash);
    expect(traceDigest(run.events)).to.equal(digest);
    expect(filesOf(run.base)).to.deep.equal(base);
  });
});

describe('a trace digest', () => {
  function digestOf(make: (trace: HandMadeTrace, file: number) => void): number {
    const trace = new HandMadeTrace();
    make(trace, trace.safeFile('a', ''));
    return traceDigest(trace.events);
  }

  it('tells traces apart by order, kind and bytes', () => {
    const digests = [
      digestOf(() => {}),
      digestOf((trace, file) => trace.write(file, 'one')),
      digestOf((trace, file) => trace.write(file, 'two')),
      digestOf((trace, file) => trace.sync(file)),
      digestOf((trace, file) => [trace.write(file, 'one'), trace.sync(file)]),
      digestOf((trace, file) => [trace.sync(file), trace.write(file, 'one')]),
    ];
    expect(new Set(digests).size).to.equal(digests.length);
    expect(digestOf((trace, file) => trace.write(file, 'one'))).to.equal(digests[1]);
  });
});

describe('a crash inside a recovery', () => {
  it('comes to what the uninterrupted recovery gave, however deep', async () => {
    const { target } = await failureOnLiar();
    const config = smallConfig();
    const run = await simulate(config, target);
    const tools = toolsFor(target, config);
    const crash = { profile: 'xfs' as const, crashes: [`power-loss at +${run.endedAt} keep {}`] };
    const [{ disk }] = await crashDisks(run, tools, crash);
    const { contents } = await recoverAndRead(tools, disk.fork());
    const depths: number[] = [];
    const before = filesOf(disk);
    const different = await crashInRecovery(
      {
        tools,
        disks: new KnownDisks(tools),
        model: profiles.xfs,
        random: new SeededRandom(5),
        first: contents!,
        onCrash: ({ depth, recovered }) => {
          depths.push(depth);
          expect(recovered.failure).to.equal(undefined);
          return false;
        },
      },
      disk,
      3,
    );
    expect(different).to.equal(undefined);
    expect(new Set(depths)).to.deep.equal(new Set([1, 2, 3]));
    expect(filesOf(disk)).to.deep.equal(before);
  });

  it('is told when it comes to something else', async () => {
    const { target, config, run } = await failureOnLiar();
    const tools = toolsFor(target, config);
    const [{ disk }] = await crashDisks(run, tools, {
      profile: 'xfs',
      crashes: [`power-loss at +${run.endedAt} keep {}`],
    });
    const { contents } = await recoverAndRead(tools, disk.fork());
    const name = Object.keys(contents!)[0];
    const different = await crashInRecovery(
      {
        tools,
        disks: new KnownDisks(tools),
        model: profiles.xfs,
        random: new SeededRandom(5),
        first: { ...contents, [name]: contents![name].slice(1) },
        onCrash: () => false,
      },
      disk,
      2,
    );
    expect(different!.violations.map(({ invariant }) => invariant)).to.include('recovery-idempotence');
    expect(different!.path).to.have.length(1);
  });
});
