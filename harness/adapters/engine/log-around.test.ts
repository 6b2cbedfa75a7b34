import { expect } from 'chai';
import type { Volume } from '../../disks/volume.js';
import { simulate } from '../../runner/power/simulate.js';
import { smallConfig } from '../../runner/power/testing/small-run.js';
import { replay } from '../../trace/testing/replay.js';
import type { SimulatedTarget } from '../simulated-target.js';
import { openSimulation } from './embedded/engine-simulation.js';

const LSN = /^([0-9A-F]+)\/([0-9A-F]+) /;

function positionOf(line: string): number {
  const [, high, low] = LSN.exec(line)!;
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}

describe('the log around a position', () => {
  let target: SimulatedTarget;
  let disk: Volume;
  before(async () => {
    target = await openSimulation();
    const { base, events } = await simulate(
      smallConfig({ turns: { checkpointer: 0, bgwriter: 0, walwriter: 0, restart: 0 } }),
      target,
    );
    disk = replay(base, events);
  });

  it('is its end when none is named', () => {
    const lines = target.inspect(disk).logAround();
    expect(lines[0]).to.match(/^redo 0\/[0-9A-F]+, checkpoint record 0\//);
    expect(lines).to.have.length(9);
    expect(lines.at(-1)).to.match(/^0\/[0-9A-F]+ the log ends: /);
  });

  it('marks the record that the position is in', () => {
    const first = target.inspect(disk).logAround()[1];
    const lines = target.inspect(disk).logAround(positionOf(first) + 1);
    expect(lines).to.have.length(9);
    expect(lines.filter((line) => line.includes('<-- here'))).to.deep.equal([`${first}   <-- here`]);
    expect(lines.indexOf(`${first}   <-- here`)).to.equal(5);
  });

  it('is its end when the position is behind it', () => {
    expect(target.inspect(disk).logAround(2 ** 40)).to.deep.equal(target.inspect(disk).logAround());
  });
});
