import { expect } from 'chai';
import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import { profiles } from '../../disks/profiles.js';
import { SeededRandom } from '../../schedulers/seeded-random.js';
import { replay } from '../../trace/testing/replay.js';
import { everyCrashPoint } from './crash-points.js';
import { recoverAndRead } from './judge-state.js';
import { KnownDisks } from './known-disks.js';
import { crashInRecovery, recordRecovery, type NestedCrash } from './nested.js';
import { simulate } from './simulate.js';
import { simulation, smallConfig, toolsFor } from './testing/small-run.js';

describe('crashes inside recovery', () => {
  let target: SimulatedTarget;
  before(async () => (target = await simulation()));

  async function crashesOf(depth: number, everyPoint: boolean): Promise<{ depths: number[]; points: number }> {
    const config = smallConfig();
    const tools = toolsFor(target, config);
    const { base, events } = await simulate(config, target);
    const disk = replay(base, events);
    const io = await recordRecovery(tools, disk);
    const first = (await recoverAndRead(tools, disk.fork())).contents!;
    const depths: number[] = [];
    const onCrash = (crash: NestedCrash): boolean => {
      depths.push(crash.depth);
      return false;
    };
    const model = profiles['posix-weak'];
    const nested = {
      tools,
      disks: new KnownDisks(tools),
      model,
      random: new SeededRandom(1),
      first,
      everyPoint,
      onCrash,
    };
    expect(await crashInRecovery(nested, disk, depth)).to.equal(undefined);
    return { depths, points: everyCrashPoint(io, 1, 2 * io.length).length };
  }

  it('are at some moments of each, down to the depth', async () => {
    const { depths } = await crashesOf(3, false);
    const count = (depth: number): number => depths.filter((each) => each === depth).length;
    expect([1, 2, 3].map(count)).to.deep.equal([3, 9, 27]);
  });

  it('are at every I/O when asked for, and come to the same contents', async () => {
    const { depths, points } = await crashesOf(3, true);
    expect(points).to.be.greaterThan(40);
    expect(depths).to.deep.equal(Array.from({ length: points }, () => 1));
  });
});
