import * as path from 'node:path';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { parsePowerLoss } from '../../disks/print-crash.js';
import { accountBeside, readAccount, writeAccount, type FailureAccount } from '../../results/failure-account.js';
import { explain } from './explain.js';
import { powerAccount } from './power-account.js';
import { failureOnLiar, type FailedOnLiar } from './testing/small-run.js';

describe('the account of a failure under power loss', () => {
  let failed: FailedOnLiar;
  let account: FailureAccount;
  before(async () => {
    failed = await failureOnLiar();
    const { run, config, failure, target } = failed;
    const story = await explain(run, config, failure, target);
    const report = { ...failure, trace: { events: run.events.length, digest: 0 }, verdicts: [], story };
    account = powerAccount({ config, failure: report }, ['F8']);
  });

  it('is read back as it was written', async () => {
    const directory = await dir({ unsafeCleanup: true });
    const file = accountBeside(path.join(directory.path, 'power-durability-3.json'));
    expect(readAccount(file)).to.equal(undefined);
    writeAccount(file, account);
    expect(readAccount(file)).to.deep.equal(JSON.parse(JSON.stringify(account)));
    await directory.cleanup();
  });

  it('has lanes for all that it tells of, clients first', () => {
    const [timeline] = account.timelines;
    expect(timeline.lanes.slice(0, 2)).to.deep.equal(['client#1', 'client#2']);
    for (const { lane } of timeline.spans) expect(timeline.lanes).to.include(lane);
    const { at } = parsePowerLoss(failed.failure.crash.crashes[0]);
    expect(timeline.marks).to.deep.equal([{ at, label: 'the power fails' }]);
    for (const { start, end = start } of timeline.spans) {
      expect(start).to.be.at.most(end);
      expect(end).to.be.at.most(at);
    }
  });

  it('tells of every change on its way what became of it, and of writes sector by sector', () => {
    const { survivors } = parsePowerLoss(failed.failure.crash.crashes[0]);
    const [{ changes }] = account.losses;
    expect(changes.filter(({ fate }) => fate === 'lost')).not.to.be.empty;
    for (const { what, fate, sectors } of changes) {
      const survival = survivors.get(Number(/^#(\d+)/.exec(what)![1]));
      expect(fate === 'survived', what).to.equal(survival === 'whole');
      expect(fate === 'lost', what).to.equal(survival === undefined);
      if (sectors && fate !== 'torn') expect(new Set(sectors)).to.deep.equal(new Set([fate === 'survived']));
    }
  });

  it('shows in which fields a page that was lost or torn is not what was written', () => {
    const pages = account.losses[0].changes.flatMap(({ page }) => (page ? [page] : []));
    for (const { title, fields } of pages) {
      expect(title).to.match(/^(base|global)\/\S+ block \d+$/);
      for (const { before, written, left } of fields) expect(before !== written || left !== written).to.equal(true);
    }
  });
});
