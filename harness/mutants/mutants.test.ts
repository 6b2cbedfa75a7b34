import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { INVARIANTS } from '../oracles/oracle.js';
import { drawConfig } from '../runner/draw-config.js';
import { drawPowerConfig } from '../runner/power/draw-power-config.js';
import { parseFault } from '../faults/parse.js';
import { WORKING_TIERS } from '../results/tier.js';
import { loadMutant, mutantFiles } from './mutant-table.js';

const abilities = {
  trace: true,
  inspection: true,
  transactions: true,
  processTypes: ['startup', 'checkpointer', 'bgwriter', 'walwriter', 'backend'],
  features: [],
};

describe('mutants', () => {
  it('are at least ten', () => expect(mutantFiles().length).to.be.at.least(10));

  it('change methods that the engine still has', () => {
    const imports = mutantFiles().map(({ module }) => `(await import(${JSON.stringify(module)})).install({});`);
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', imports.join('\n')], {
      encoding: 'utf8',
    });
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });

  for (const file of mutantFiles()) {
    it(`${file.id} says what it is and plans faults that parse`, async () => {
      const { id, title, precedent, tier, invariants, focus, powerFocus } = await loadMutant(file);
      expect(id).to.equal(file.id);
      expect(title && precedent).to.be.a('string').that.is.not.empty;
      expect(WORKING_TIERS).to.include(tier);
      expect(invariants).to.not.be.empty;
      for (const invariant of invariants) expect(INVARIANTS).to.include(invariant);
      for (let seed = 0; seed < 30; seed++) {
        const config = drawConfig(seed, abilities);
        for (const { faults } of (focus?.(config) ?? config).rounds) faults.forEach(parseFault);
        const drawn = drawPowerConfig(seed);
        const focused = powerFocus?.(drawn) ?? drawn;
        focused.faults.forEach(parseFault);
        expect(focused.seed).to.equal(seed);
      }
    });
  }
});
