import { expect } from 'chai';
import type { TargetAbilities } from '../adapters/target.js';
import type { Feature } from '../workloads/workload.js';
import { drawRoundPlan } from './draw-plan.js';
import { isKill, type Fault } from './fault.js';
import { lastMatch } from './occasion.js';
import { parseFault } from './parse.js';
import { printFault } from './print.js';

const PROCESS_TYPES = ['postmaster', 'startup', 'checkpointer', 'bgwriter', 'walwriter', 'backend'];

function abilitiesOf(processTypes: readonly string[]): TargetAbilities {
  return { trace: true, inspection: true, transactions: true, processTypes, features: [] };
}

function plans(processTypes: readonly string[]): Fault[][] {
  return Array.from({ length: 400 }, (_, seed) => drawRoundPlan(seed, abilitiesOf(processTypes), 3));
}

describe('drawn plans', () => {
  it('have a kill each, and every kind of fault that takes nothing from a sound database', () => {
    const drawn = plans(PROCESS_TYPES);
    for (const plan of drawn) expect(plan.some(isKill)).to.equal(true);
    const kinds = new Set(drawn.flat().map(({ kind }) => kind));
    expect([...kinds].toSorted()).to.deep.equal(['clock', 'error', 'kill', 'short-read', 'short-write', 'stall']);
  });

  it('are a function of the seed, and print and parse', () => {
    expect(plans(PROCESS_TYPES)).to.deep.equal(plans(PROCESS_TYPES));
    for (const fault of plans(PROCESS_TYPES).flat()) expect(parseFault(printFault(fault))).to.deep.equal(fault);
  });

  it('let a server start at last: nothing strikes the startup process for ever', () => {
    const failing = plans(PROCESS_TYPES)
      .flat()
      .filter((fault) => fault.kind === 'error');
    const lasting = failing.filter(({ site }) => lastMatch(site.occasion) === Infinity);
    expect(lasting).not.to.be.empty;
    for (const { process } of lasting) expect(process.type).not.to.be.oneOf(['startup', 'any']);
  });

  it('name only processes that the target has', () => {
    const named = plans(PROCESS_TYPES.filter((type) => type !== 'bgwriter'))
      .flat()
      .map(printFault);
    expect(named.filter((line) => line.includes('bgwriter'))).to.deep.equal([]);
  });

  it('strike where only the work at hand comes to, too', () => {
    const drawn = (needs: readonly Feature[]): string[] =>
      Array.from({ length: 400 }, (_, seed) => drawRoundPlan(seed, abilitiesOf(PROCESS_TYPES), 3, needs))
        .flat()
        .map(printFault);
    const isOfVacuum = (fault: string): boolean => fault.includes('point vacuum:');
    expect(drawn(['vacuum']).some(isOfVacuum)).to.equal(true);
    expect(drawn(['indexes', 'two-phase']).some(isOfVacuum)).to.equal(false);
  });
});
