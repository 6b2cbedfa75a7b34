import { expect } from 'chai';
import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import type { ProfileName } from '../../disks/disk-model.js';
import { honestProfiles } from '../../disks/profiles.js';
import { filesOf } from '../../disks/testing/hand-made-trace.js';
import { searchRun, type SearchOptions, type SearchResult } from './search.js';
import { simulate } from './simulate.js';
import { failureOnLiar, searchOn, simulation, smallConfig, timeless } from './testing/small-run.js';
import type { TracedRun } from './traced-run.js';

describe('searching a run', () => {
  const config = smallConfig();
  let target: SimulatedTarget;
  let run: TracedRun;
  before(async () => {
    target = await simulation();
    run = await simulate(config, target);
  });

  async function search(
    profiles: readonly ProfileName[],
    shape: Parameters<typeof searchOn>[1] = {},
    options: Partial<SearchOptions> = {},
  ): Promise<SearchResult> {
    return searchRun(run, { config, search: searchOn(profiles, shape), target, ...options });
  }

  it('finds nothing on honest disks: what the engine acknowledged is there after hundreds of crashes', async () => {
    const shape = { points: 60, survivorSets: 20, nestedDepth: 2, nestedEvery: 40 };
    const { crashStates, nestedStates, failure } = await search(honestProfiles, shape);
    expect(failure).to.equal(undefined);
    expect(nestedStates).to.have.length(2);
    const nested = nestedStates.reduce((sum, count) => sum + count);
    expect(crashStates - nested).to.be.within(150, 60 * 20 * honestProfiles.length);
  });

  it('finds what a disk that lies loses', async () => {
    const { failure } = await search(['lying-fsync'], { points: 60, survivorSets: 20 });
    expect(failure!.crash.profile).to.equal('lying-fsync');
    expect(failure!.violations.map(({ invariant }) => invariant)).to.include.oneOf(['durability', 'serves-again']);
  });

  it('looks on for the wanted invariant', async () => {
    const { failure } = await failureOnLiar();
    expect(failure.violations.map(({ invariant }) => invariant)).to.include('durability');
  });

  it('recovers a disk once, however often it is drawn, whenever and under whatever model', async () => {
    const recovered: string[] = [];
    const recover: SimulatedTarget['recover'] = (volume, options) => {
      recovered.push(JSON.stringify(filesOf(volume)));
      return target.recover(volume, options);
    };
    const watched = Object.create(target, { recover: { value: recover } }) as SimulatedTarget;
    const shape = { points: 12, survivorSets: 10 };
    const { crashStates } = await search(honestProfiles, shape, { target: watched });
    expect(new Set(recovered).size).to.equal(recovered.length);
    expect(crashStates).to.equal(recovered.length);
    expect(crashStates).to.be.within(20, (12 * 10 * honestProfiles.length) / 2);
  });

  it('knows one disk where nothing was ever on its way', async () => {
    const idle: TracedRun = { ...run, events: [] };
    const { crashStates } = await searchRun(idle, {
      config,
      search: searchOn(['posix-weak'], { points: 5, survivorSets: 20 }),
      target,
      wanted: 'page-structure',
    });
    expect(crashStates).to.equal(1);
  });

  it('counts every state, those inside recoveries too, and tells of each', async () => {
    let told = 0;
    const shape = { points: 4, survivorSets: 3, nestedDepth: 2, nestedEvery: 3 };
    const { crashStates, nestedStates } = await search(['xfs'], shape, { onState: () => told++ });
    expect(told).to.equal(crashStates);
    expect(nestedStates.every((count) => count > 0)).to.equal(true);
    expect(nestedStates.reduce((sum, count) => sum + count)).to.be.lessThan(crashStates);
  });

  it('stops when it is over', async () => {
    let states = 0;
    const { crashStates } = await search(honestProfiles, {}, { onState: () => states++, isOver: () => states >= 5 });
    expect(crashStates).to.equal(5);
  });

  it('tries the same states again', async () => {
    const shape = { points: 60, survivorSets: 20 };
    const [first, again] = [await search(['lying-fsync'], shape), await search(['lying-fsync'], shape)];
    expect({ ...again, observed: timeless(again.observed) }).to.deep.equal({
      ...first,
      observed: timeless(first.observed),
    });
  });
});
