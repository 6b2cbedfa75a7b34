import { expect } from 'chai';
import { PROFILE_NAMES } from '../../disks/disk-model.js';
import { explain } from './explain.js';
import { powerFailureText } from './power-failure-text.js';
import { failureOnLiar } from './testing/small-run.js';

const SCREEN_LINES = 40;
const SCREEN_COLUMNS = 200;

describe('the text of a failure under power loss', () => {
  let text: string;
  before(async () => {
    const { run, config, failure, target } = await failureOnLiar();
    const story = await explain(run, config, failure, target);
    const verdicts = PROFILE_NAMES.map((profile) => ({ profile, fails: profile === 'lying-fsync', states: 1 }));
    const trace = { events: run.events.length, digest: 0 };
    const report = { ...failure, trace, verdicts, story };
    text = powerFailureText({ config, failure: report }, 'out/power-durability-3.json');
  });

  it('is one screen', () => {
    const lines = text.split('\n');
    expect(lines.length).to.be.at.most(SCREEN_LINES);
    for (const line of lines) expect(line.length, line).to.be.at.most(SCREEN_COLUMNS);
  });

  it('says what was promised and what was found', () => {
    expect(text).to.match(/^VIOLATED durability {3}power loss, seed 3, workload bank, 2 clients\n {4}promised: /);
    expect(text).to.match(/\n {4}found: {4}\S/);
  });

  it('names the acknowledged transactions, and the writes that were lost', () => {
    expect(text).to.match(/\n {2}operations:\n(.*\n)*? {4}\d\.\d+ .*UPDATE .* acknowledged #\d+\n/);
    expect(text).to.match(/\n {2}power-loss at \+\d+, disk lying-fsync:\n/);
    expect(text).to.match(/\n {4}(lost|torn) {2}#\d+ backend#\d write pg_wal\/0{7}1\S+ at \d+, \d+ bytes/);
  });

  it('says on which disks it fails, and on which no failing state was found', () => {
    expect(text).to.match(/\n {2}fails on: lying-fsync; no failing state found on: posix-weak, .*atomic-8k\n/);
  });

  it('ends with the commands to replay and to shrink it', () => {
    expect(text.split('\n').slice(-2)).to.deep.equal([
      '  replay:   npx crashwright replay out/power-durability-3.json',
      '  shrink:   npx crashwright shrink out/power-durability-3.json',
    ]);
  });
});
