import { expect } from 'chai';
import { Settings } from '../../../base/settings/settings.js';
import { xid } from '../../../base/xid.js';
import { tableNeeds, type TableState } from './table-needs.js';
import { tableOptions } from './table-options.js';

const NOW = xid(1_000_000);
const YOUNG = xid(900_000);

function needs(
  state: Partial<TableState>,
  options: readonly string[] = [],
  change: (settings: Settings) => void = () => {},
) {
  const settings = new Settings();
  change(settings);
  const counters = { dead: 0, insertedSinceVacuum: 0, changedSinceAnalyze: 0 };
  const whole: TableState = { frozenXid: YOUNG, tuples: 1000, counters, ...state };
  return tableNeeds(whole, tableOptions(options), NOW, settings);
}

describe('what autovacuum finds a table to need', () => {
  it('is vacuum beyond the threshold of dead rows, which grows with the table', () => {
    const dead = (count: number) => ({ dead: count, insertedSinceVacuum: 0, changedSinceAnalyze: 0 });
    expect(needs({ counters: dead(250) })).to.include({ vacuum: false });
    expect(needs({ counters: dead(251) })).to.include({ vacuum: true, analyze: false, isAgainstWraparound: false });
    expect(needs({ counters: dead(51), tuples: -1 })).to.include({ vacuum: true });
  });

  it('is vacuum after many inserts, unless that is off', () => {
    const counters = { dead: 0, insertedSinceVacuum: 1201, changedSinceAnalyze: 0 };
    expect(needs({ counters })).to.include({ vacuum: true });
    const isOff = (settings: Settings): void => settings.set('autovacuum_vacuum_insert_threshold', -1, 'override');
    expect(needs({ counters }, [], isOff)).to.include({ vacuum: false });
  });

  it('is analyze beyond its own threshold', () => {
    const counters = { dead: 0, insertedSinceVacuum: 0, changedSinceAnalyze: 151 };
    expect(needs({ counters })).to.include({ vacuum: false, analyze: true });
  });

  it('is what its storage parameters say', () => {
    const counters = { dead: 11, insertedSinceVacuum: 0, changedSinceAnalyze: 0 };
    const options = ['autovacuum_vacuum_threshold=10', 'autovacuum_vacuum_scale_factor=0'];
    expect(needs({ counters }, options)).to.include({ vacuum: true });
    expect(needs({ counters }, [...options, 'autovacuum_enabled=off'])).to.include({ vacuum: false });
  });

  it('is vacuum against wraparound whatever else is said', () => {
    const isOff = (settings: Settings): void => {
      settings.set('autovacuum_freeze_max_age', 100_000, 'override');
      settings.set('autovacuum', false, 'override');
    };
    const old = { frozenXid: xid(899_999), counters: undefined };
    const urgent = { vacuum: true, analyze: false, isAgainstWraparound: true };
    expect(needs(old, ['autovacuum_enabled=off'], isOff)).to.deep.equal(urgent);
    expect(needs({ frozenXid: YOUNG, counters: undefined }, [], isOff)).to.include({ vacuum: false });
  });
});
