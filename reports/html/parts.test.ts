import { expect } from 'chai';
import { sampleKillFailure } from '../testing/sample-kill-failure.js';
import { samplePowerFailure } from '../testing/sample-power-failure.js';
import { coverageBody, stepOf } from './coverage.js';
import { discoveryBody } from './discovery.js';
import { failuresBody } from './failures.js';
import { leftOutNote, sampled } from './limits.js';
import { sectorStrip } from './losses.js';
import { originOf } from './page-diff.js';
import { recoveriesBody } from './recoveries.js';
import { storyOf } from './story.js';
import { logAround } from './texts.js';

describe('parts of the report', () => {
  it('say which version of a field is on the disk', () => {
    const origins = ['a', 'b', 'c'].map((left) => originOf({ name: 'LSN', before: 'a', written: 'b', left }));
    expect(origins).to.deep.equal(['old', 'new', 'neither']);
  });

  it('have a cell for each sector', () => {
    const { text } = sectorStrip([true, false, true]);
    expect(text.match(/<i/g)).to.have.lengthOf(3);
    expect(text).to.contain('aria-label="2 of 3 sectors survived: 0, 2"');
  });

  it('tell a loss of power and a kill in a few sentences', () => {
    expect(storyOf(samplePowerFailure()).join(' ')).to.match(/known bug W2.*1 torn, 8 lost, 1 survived.*atomic-8k\.$/);
    expect(storyOf(sampleKillFailure()).join(' ')).to.match(/3 faults were planned: stall .*fired at #4690/);
  });

  it('show the log around the record that is accused', () => {
    const lines = Array.from({ length: 500 }, (_, index) => (index === 250 ? 'INSERT <-- here' : `record ${index}`));
    expect(logAround(lines)).to.contain('INSERT <-- here').and.to.contain('record 249').and.to.contain('record 251');
    expect(logAround(lines)).not.to.contain('record 0');
  });

  it('tell apart what was never struck', () => {
    expect([0, 1, 99, 100, 5000].map(stepOf)).to.deep.equal(['never', '1-9', '10-99', '100-999', '1,000 or more']);
  });

  it('take evenly from first to last, and say what is left out', () => {
    expect(sampled([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).to.deep.equal([0, 4, 8]);
    expect(leftOutNote(3, 9, 'points')?.text).to.contain('3 of 9 points shown');
    expect(leftOutNote(9, 9, 'points')).to.equal(undefined);
  });

  it('say so where there is nothing', async () => {
    const { account: _, ...example } = samplePowerFailure().example;
    const failure = { ...samplePowerFailure(), example: { ...example, account: undefined } };
    expect((await failuresBody([failure])).text).to.contain('no account');
    expect((await coverageBody({ calls: [], points: [] })).text).to.contain('No calls');
    expect((await recoveriesBody([])).text).to.contain('No recovery');
    expect((await discoveryBody([])).text).to.contain('Too few cycles');
  });
});
