import { expect } from 'chai';
import * as fc from 'fast-check';
import { Settings } from '../../base/settings/settings.js';
import { fullXid, isNormalXid, xid, xidOf } from '../../base/xid.js';
import type { Notice } from '../../base/errors.js';
import { withDirectory } from '../../wal/testing/small-log.js';
import { startAccess, transact, type TestProcess } from '../testing/test-access.js';
import { isPastLimit, xidLimits } from './xid-limits.js';

function settingsWith(values: Partial<Record<'freezeMaxAge' | 'warn' | 'stop', number>>): Settings {
  const settings = new Settings();
  settings.set('autovacuum_freeze_max_age', values.freezeMaxAge ?? 200_000_000, 'override');
  settings.set('xid_warn_margin', values.warn ?? 40_000_000, 'override');
  settings.set('xid_stop_margin', values.stop ?? 3_000_000, 'override');
  return settings;
}

const HALF = 2 ** 31 - 1;

describe('limits of transaction ids', () => {
  it("are PostgreSQL's", () => {
    expect(xidLimits(xid(727), new Settings())).to.deep.equal({
      vacuum: 200000727,
      warn: 2107484374,
      stop: 2144484374,
      wrap: 2147484374,
    });
  });

  it('stand in their order on the circle, never on a special id, wherever the oldest id is', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 2 ** 32 - 1 }),
        fc.integer({ min: 100, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: 500_000_000 }),
        fc.integer({ min: 1, max: 500_000_000 }),
        (oldest, freezeMaxAge, warn, stop) => {
          const limits = xidLimits(xid(oldest), settingsWith({ freezeMaxAge, warn, stop }));
          for (const limit of Object.values(limits)) expect(isNormalXid(limit)).to.equal(true);
          const ahead = (limit: number): number => (limit - oldest) >>> 0;
          const order = [limits.vacuum, limits.warn, limits.stop, limits.wrap].map(ahead);
          expect([...order].sort((a, b) => a - b)).to.deep.equal(order);
          expect(isPastLimit(xid(oldest), limits.vacuum)).to.equal(false);
          expect(isPastLimit(limits.stop, limits.stop)).to.equal(true);
        },
      ),
    ));

  it('warn, then refuse, and let a single user go on; ids that are refused are not used up', () =>
    withDirectory((directory) => {
      const me = processAt(directory, 2 ** 32 - 5, { warn: HALF - 10, stop: HALF - 14 });
      const { ids } = me.access;
      const warnings: Notice[] = [];
      ids.onWarning = (warning) => warnings.push(warning);
      ids.databaseName = (oid) => (oid === 7 ? 'shop' : undefined);
      const take = (): number => transact(me, () => me.access.transactions.xid());
      const assigned = Array.from({ length: 7 }, take);
      expect(assigned.slice(-3)).to.deep.equal([2 ** 32 - 1, 3, 4]);
      expect(warnings).to.have.length(0);
      expect(take()).to.equal(5);
      expect(warnings).to.have.length(1);
      expect(warnings[0].message).to.equal(`database "shop" must be vacuumed within ${HALF - 10} transactions`);
      expect(warnings[0].details!.hint).to.contain('execute a database-wide VACUUM in that database.\nYou might also');
      expect([take(), take(), take()]).to.deep.equal([6, 7, 8]);
      const before = ids.nextFullXid();
      expect(take)
        .to.throw('database is not accepting commands to avoid wraparound data loss in database "shop"')
        .with.property('sqlState', '54000');
      me.access.transactions.abort();
      expect(ids.nextFullXid()).to.equal(before);
      expect(transact(me, () => me.access.transactions.snapshot().xmax)).to.equal(9);
      ids.isSingleUser = true;
      expect(take()).to.equal(9);
    }));

  it('are lifted when the oldest id advances', () =>
    withDirectory((directory) => {
      const me = processAt(directory, 5000, { stop: HALF - 100, warn: HALF - 50 });
      const { ids } = me.access;
      for (let taken = 0; taken < 100; taken++) transact(me, () => me.access.transactions.xid());
      me.access.transactions.begin({ isolation: 'read committed', readOnly: false });
      expect(() => me.access.transactions.xid())
        .to.throw('not accepting commands')
        .with.property('sqlState', '54000');
      me.access.transactions.abort();
      ids.setLimits(xid(5090), 7);
      expect(transact(me, () => me.access.transactions.xid())).to.equal(5100);
    }));

  it('ask for vacuum from time to time once the oldest database is too old', () =>
    withDirectory((directory) => {
      const me = processAt(directory, 10_000, { freezeMaxAge: 100 });
      const { ids } = me.access;
      let asked = 0;
      ids.onVacuumNeeded = () => asked++;
      for (let taken = 0; taken < 100; taken++) transact(me, () => me.access.transactions.xid());
      expect([asked, ids.isVacuumNeeded()]).to.deep.equal([0, true]);
      for (let taken = 0; taken < 300; taken++) transact(me, () => me.access.transactions.xid());
      expect(asked).to.equal(3);
      ids.checkLimits();
      expect(asked).to.equal(4);
    }));
});

/** A process whose next and oldest id is `next`, held back by database 7. */
function processAt(directory: string, next: number, settings: Parameters<typeof settingsWith>[0]): TestProcess {
  const me = startAccess(directory);
  const wanted = settingsWith(settings);
  for (const name of ['autovacuum_freeze_max_age', 'xid_warn_margin', 'xid_stop_margin'] as const) {
    me.context.settings.set(name, wanted.get(name), 'override');
  }
  const { ids, commitLog } = me.access;
  const first = xidOf(fullXid(next));
  commitLog.extendFor(xid(next - (next % 2 ** 15) || 3));
  ids.initialise({ nextFullXid: fullXid(next), nextOid: 16384, oldestXid: first, oldestXidDatabase: 7 });
  return me;
}
