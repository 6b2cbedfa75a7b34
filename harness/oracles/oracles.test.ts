import { expect } from 'chai';
import type { ControlFacts, DatabaseHorizon, PageFacts, WalFacts, WalRecordFacts } from '../adapters/inspection.js';
import { History, type Transaction } from '../history/history.js';
import type { Presence } from '../workloads/workload.js';
import { asyncLoss } from './async-loss.js';
import { atomicity } from './atomicity.js';
import { commitLog } from './commit-log.js';
import { durability } from './durability.js';
import { indexAgreement } from './index-agreement.js';
import { indexEntries } from './index-entries.js';
import { indexStructure } from './index-structure.js';
import { liveReads } from './live-reads.js';
import { logPositions } from './log-positions.js';
import { lsnChain } from './lsn-chain.js';
import { noLeftovers } from './no-leftovers.js';
import { noResurrection } from './no-resurrection.js';
import { emptyMemory, type ContentsEvidence, type FilesEvidence, type FilesMemory } from './oracle.js';
import { pageStructure } from './page-structure.js';
import { pagesAhead } from './pages-ahead.js';
import { compareRecoveries } from './recovery-idempotence.js';
import { replayImages } from './replay-images.js';
import { servesAgain } from './serves-again.js';
import { visibilityMap } from './visibility-map.js';
import { writeAhead } from './write-ahead.js';
import { xidHorizon } from './xid-horizon.js';
import { xidLimit } from './xid-limit.js';
import { xidUniqueness } from './xid-uniqueness.js';

function transaction(number: number, change: Partial<Transaction> = {}): Transaction {
  const at = number * 10;
  return {
    client: 1,
    number,
    tag: `1.${number}`,
    round: 0,
    effect: {},
    commits: true,
    synchronous: true,
    invokedAt: at,
    invokeSequence: at,
    outcome: 'ok',
    endedAt: at + 5,
    endSequence: at + 5,
    ...change,
  };
}

function evidence(
  transactions: Transaction[],
  parts: number[],
  change: Partial<ContentsEvidence> = {},
): ContentsEvidence {
  const history = new History();
  history.transactions.push(...transactions);
  history.crashes.push({ round: 0, sequence: 1000, at: 1000 });
  const presence = new Map<string, Presence>(
    transactions.map(({ tag }, index) => [tag, { parts: parts[index], of: 2 }]),
  );
  return { round: 0, history, examination: { presence, mismatches: [] }, asyncBoundMs: 10_000, ...change };
}

describe('contents oracles', () => {
  it('durability: an acknowledged synchronous commit must be there', () => {
    expect(durability(evidence([transaction(1)], [2]))).to.deep.equal([]);
    expect(durability(evidence([transaction(1)], [0]))).to.have.length(1);
    expect(durability(evidence([transaction(1, { synchronous: false })], [0]))).to.deep.equal([]);
    expect(durability(evidence([transaction(1, { outcome: 'unknown' })], [0]))).to.deep.equal([]);
  });

  it('durability: what a recovery showed stays', () => {
    expect(durability(evidence([transaction(1, { outcome: 'unknown', survived: true })], [0]))).to.have.length(1);
    expect(durability(evidence([transaction(1, { synchronous: false, survived: false })], [0]))).to.deep.equal([]);
  });

  it('atomicity: all or nothing', () => {
    expect(atomicity(evidence([transaction(1), transaction(2)], [2, 0]))).to.deep.equal([]);
    expect(atomicity(evidence([transaction(1)], [1]))[0].found).to.equal('1 of its 2 parts');
  });

  it('no resurrection: rolled back, failed and lost work stays away', () => {
    expect(noResurrection(evidence([transaction(1, { commits: false })], [2]))).to.have.length(1);
    expect(noResurrection(evidence([transaction(1, { outcome: 'fail' })], [1]))).to.have.length(1);
    expect(noResurrection(evidence([transaction(1, { survived: false })], [2]))).to.have.length(1);
    expect(noResurrection(evidence([transaction(1, { outcome: 'unknown' })], [2]))).to.deep.equal([]);
  });

  it('async loss: a suffix may go, a hole may not', () => {
    const asynchronous = [1, 2, 3].map((number) => transaction(number, { synchronous: false }));
    expect(asyncLoss(evidence(asynchronous, [2, 2, 0]))).to.deep.equal([]);
    expect(asyncLoss(evidence(asynchronous, [2, 0, 2]))[0].found).to.contain('transaction 1.3');
  });

  it('async loss: overlapping transactions have no order', () => {
    const pair = [transaction(1, { synchronous: false, endSequence: 25 }), transaction(2, { synchronous: false })];
    expect(asyncLoss(evidence(pair, [0, 2]))).to.deep.equal([]);
  });

  it('async loss: no longer ago than promised', () => {
    expect(
      asyncLoss(evidence([transaction(1, { synchronous: false })], [0], { asyncBoundMs: 100 }))[0].promised,
    ).to.contain('100 ms');
  });

  it('index agreement: passes on what only an index says, which is no matter of atomicity', () => {
    const given = evidence([], []);
    const mismatch = { invariant: 'index-agreement' as const, promised: 'p', found: 'f' };
    const told = { ...given, examination: { ...given.examination, mismatches: [mismatch] } };
    expect(indexAgreement(told)).to.deep.equal([mismatch]);
    expect([...atomicity(told), ...noResurrection(told)]).to.deep.equal([]);
  });

  it('live reads: passes on what clients saw', () => {
    const given = evidence([], []);
    given.history.anomalies.push({
      round: 0,
      client: 2,
      sequence: 7,
      invariant: 'live-reads',
      promised: 'p',
      found: 'f',
    });
    expect(liveReads(given)).to.deep.equal([{ invariant: 'live-reads', promised: 'p', found: 'f (client 2, #7)' }]);
  });

  it('log positions: insert >= write >= flush, never back', () => {
    const reading = { client: 1, round: 0, invokeSequence: 1, endSequence: 2, flush: 100, write: 100, insert: 200 };
    const with_ = (...readings: (typeof reading)[]): ContentsEvidence => {
      const given = evidence([], []);
      given.history.readings.push(...readings);
      return given;
    };
    expect(logPositions(with_(reading))).to.deep.equal([]);
    expect(logPositions(with_({ ...reading, write: 300 }))).to.have.length(1);
    expect(logPositions(with_(reading, { ...reading, invokeSequence: 3, endSequence: 4, flush: 50 }))).to.have.length(
      1,
    );
    expect(logPositions(with_(reading, { ...reading, invokeSequence: 1, endSequence: 4, flush: 50 }))).to.deep.equal(
      [],
    );
  });
});

function record(lsn: number, previous: number, change: Partial<WalRecordFacts> = {}): WalRecordFacts {
  return {
    lsn,
    endLsn: lsn + 50,
    previous,
    xid: 0,
    resourceManager: 10,
    info: 0,
    totalBytes: 50,
    kind: 'other',
    ...change,
  };
}

const checkpoint = record(200, 150, { kind: 'checkpoint', checkpoint: { redo: 100, nextXid: 10, isShutdown: true } });
const goodWal: WalFacts = {
  start: 100,
  records: [record(100, 50), record(150, 100), checkpoint],
  end: 250,
  endReason: 'zeros',
};
const goodControl: ControlFacts = {
  state: 'shut down',
  checkpoint: 200,
  redo: 100,
  nextXid: 10,
  oldestXid: 3,
  timeline: 1,
  systemIdentifier: '1',
};
const goodPage: PageFacts = {
  file: 'base/5/1',
  block: 0,
  isNew: false,
  lsn: 150,
  problems: [],
  xids: [3, 9],
  undecided: [9],
  marks: { allVisible: false, allFrozen: false },
  hidden: [],
  unfrozen: [],
};

function files(change: Partial<FilesEvidence> = {}, memory: Partial<FilesMemory> = {}): FilesEvidence {
  return {
    round: 0,
    moment: 'stopped',
    control: goodControl,
    wal: goodWal,
    pages: [goodPage],
    fateOf: () => 'committed',
    horizons: [],
    indexes: [],
    stopMargin: 3_000_000,
    memory: { ...emptyMemory(), ...memory },
    ...change,
  };
}

describe('files oracles', () => {
  it('accuse nothing of a good directory', () => {
    for (const oracle of [
      lsnChain,
      writeAhead,
      xidUniqueness,
      commitLog,
      xidHorizon,
      xidLimit,
      visibilityMap,
      pageStructure,
    ])
      expect(oracle(files())).to.deep.equal([]);
  });

  it('write-ahead: no page beyond the end of the log', () => {
    expect(writeAhead(files({ pages: [{ ...goodPage, lsn: 251 }] }))[0].found).to.contain('0/FB');
  });

  it('lsn chain: previous links, overlaps, a missing checkpoint, redo after its checkpoint', () => {
    const wal = (records: WalRecordFacts[]): Partial<FilesEvidence> => ({ wal: { ...goodWal, records } });
    expect(lsnChain(files(wal([record(100, 50), record(150, 99), checkpoint])))).to.have.length(1);
    expect(lsnChain(files(wal([record(100, 50), record(140, 100), { ...checkpoint, previous: 140 }])))).to.have.length(
      1,
    );
    expect(lsnChain(files(wal([record(100, 50)])))).to.have.length(2);
    expect(lsnChain(files({ control: { ...goodControl, redo: 201 } }))).to.have.length(2);
  });

  it('lsn chain: nothing goes back', () => {
    expect(lsnChain(files({}, { checkpoint: 201 }))).to.have.length(1);
    expect(lsnChain(files({}, { redo: 101 }))).to.have.length(1);
    expect(lsnChain(files({}, { walEnd: 251 }))).to.have.length(1);
    expect(lsnChain(files({}, { pageLsns: new Map([['base/5/1 block 0', 151]]) }))).to.have.length(1);
  });

  it('lsn chain: right after a crash a page may be older than its log, and is remembered', () => {
    const memory = { ...emptyMemory(), pageLsns: new Map([['base/5/1 block 0', 151]]) };
    expect(lsnChain(files({ moment: 'crashed', memory }))).to.deep.equal([]);
    expect(memory.pageLsns.get('base/5/1 block 0')).to.equal(151);
  });

  it('xid uniqueness: no record after the end of its transaction', () => {
    const used = {
      wal: {
        ...goodWal,
        records: [record(100, 50, { xid: 5, kind: 'commit', ended: [5] }), record(150, 100, { xid: 5 }), checkpoint],
      },
    };
    expect(xidUniqueness(files(used))).to.have.length(1);
    expect(
      xidUniqueness(
        files({ wal: { ...goodWal, records: [record(100, 50, { xid: 5 })] } }, { finishedXids: new Map([[5, 90]]) }),
      ),
    ).to.have.length(1);
  });

  it('xid uniqueness: seeing the same log twice is no reuse', () => {
    const memory = emptyMemory();
    const wal = {
      ...goodWal,
      records: [record(100, 50, { xid: 5 }), record(150, 100, { xid: 5, kind: 'commit', ended: [5] }), checkpoint],
    };
    expect(xidUniqueness(files({ wal, memory }))).to.deep.equal([]);
    expect(xidUniqueness(files({ wal, memory }))).to.deep.equal([]);
  });

  it('xid uniqueness: the next id is beyond all', () => {
    expect(xidUniqueness(files({ pages: [{ ...goodPage, xids: [10] }] }))).to.have.length(1);
  });

  it('xid uniqueness: ids are counted through their rounds', () => {
    const round = 2 ** 32;
    const later = record(200, 150, {
      kind: 'checkpoint',
      checkpoint: { redo: 100, nextXid: round + 4, isShutdown: true },
    });
    const ended = { xid: 5, kind: 'commit' as const, ended: [5, 6] };
    const wal = { ...goodWal, records: [later, record(250, 200, ended)], start: 200, end: 300 };
    const control = { ...goodControl, nextXid: round + 10 };
    const old = emptyMemory();
    old.finishedXids.set(5, 90);
    expect(xidUniqueness(files({ wal, control, memory: old }))).to.deep.equal([]);
    expect(old.finishedXids.get(round + 6)).to.equal(300);
    const again = new Map([[round + 6, 90]]);
    expect(xidUniqueness(files({ wal, control }, { finishedXids: again }))).to.have.length(1);
  });

  it('xid uniqueness: an id half a round back counts as one of the future', () => {
    const control = { ...goodControl, nextXid: 2 ** 31 + 20 };
    expect(xidUniqueness(files({ control, pages: [{ ...goodPage, xids: [30] }] }))).to.deep.equal([]);
    expect(xidUniqueness(files({ control, pages: [{ ...goodPage, xids: [15] }] }))).to.have.length(1);
  });

  it('commit log: what rows need is there', () => {
    expect(commitLog(files({ fateOf: (xid) => (xid === 9 ? 'missing' : 'committed') }))).to.have.length(1);
    expect(commitLog(files({ fateOf: (xid) => (xid === 3 ? 'missing' : 'committed') }))).to.deep.equal([]);
    expect(commitLog(files({ fateOf: () => 'missing', moment: 'crashed' }))).to.deep.equal([]);
  });

  it('xid horizon: none is older than the one around it', () => {
    const table = { name: 't', file: 'base/5/1', frozenXid: 3 };
    const at = (frozenXid: number, change = {}): DatabaseHorizon[] => [
      { database: 5, frozenXid, tables: [{ ...table, ...change }] },
    ];
    expect(xidHorizon(files({ horizons: at(3) }))).to.deep.equal([]);
    expect(xidHorizon(files({ horizons: at(3, { frozenXid: 9 }) }))[0].found).to.equal('3');
    expect(xidHorizon(files({ horizons: at(8, { frozenXid: 4 }) }))).to.have.length(2);
    expect(xidHorizon(files({ horizons: at(3), control: { ...goodControl, oldestXid: 4 } }))).to.have.length(1);
  });

  it('xid horizon: none goes back, counted through all rounds', () => {
    const memory = emptyMemory();
    const look = (nextXid: number, frozenXid: number): unknown[] => {
      const tables = [{ name: 't', file: 'base/5/1', frozenXid }];
      const horizons = [{ database: 5, frozenXid, tables }];
      const control = { ...goodControl, nextXid, oldestXid: frozenXid };
      return xidHorizon(files({ control, horizons, memory, pages: [] }));
    };
    expect(look(2 ** 32 - 10, 2 ** 32 - 20)).to.deep.equal([]);
    expect(look(2 ** 32 + 10, 5)).to.deep.equal([]);
    expect(look(2 ** 32 + 10, 2 ** 32 - 1)).to.have.length(3);
  });

  it('xid limit: the next id is not beyond what the oldest database allows, unless it was set there', () => {
    const horizons = [
      { database: 5, frozenXid: 2_000_000_000, tables: [] },
      { database: 6, frozenXid: 100, tables: [] },
    ];
    const look = (nextXid: number, memory = {}): unknown[] =>
      xidLimit(files({ control: { ...goodControl, nextXid }, horizons }, memory));
    const limit = 100 + 2 ** 31 - 1 - 3_000_000;
    expect(look(limit)).to.deep.equal([]);
    expect(look(limit + 10)).to.have.length(1);
    expect(look(limit + 10, { jumpedTo: limit + 10 })).to.deep.equal([]);
    expect(look(limit + 11, { jumpedTo: limit + 10 })).to.have.length(1);
  });

  it('visibility map: what is marked holds', () => {
    const marked = { ...goodPage, marks: { allVisible: true, allFrozen: true } };
    expect(visibilityMap(files({ pages: [marked] }))).to.deep.equal([]);
    const wrong = { ...marked, hidden: ['row 1 is dead'], unfrozen: ['row 1'] };
    expect(visibilityMap(files({ pages: [wrong] }))).to.have.length(2);
    const contradictory = { ...goodPage, marks: { allVisible: false, allFrozen: true } };
    expect(visibilityMap(files({ pages: [contradictory] }))).to.have.length(1);
    expect(visibilityMap(files({ pages: [contradictory], moment: 'crashed' }))).to.deep.equal([]);
  });

  it('indexes: what was found is told, shortened', () => {
    const index = { name: 't_pkey', file: 'base/5/2', structure: [], agreement: [] };
    expect([...indexStructure(files({ indexes: [index] })), ...indexEntries(files({ indexes: [index] }))]).to.be.empty;
    const unsound = { ...index, structure: ['no metapage'] };
    expect(indexStructure(files({ indexes: [unsound] }))[0].found).to.equal('no metapage');
    const [{ found }] = indexEntries(files({ indexes: [{ ...index, agreement: [...'1234567'] }] }));
    expect(found).to.equal('1; 2; 3; 4; 5; and 2 more');
  });

  it('page structure: problems count only when stopped', () => {
    const pages = [{ ...goodPage, problems: ['torn'] }];
    expect(pageStructure(files({ pages }))).to.have.length(1);
    expect(pageStructure(files({ pages, moment: 'crashed' }))).to.deep.equal([]);
  });
});

describe('other oracles', () => {
  it('recovery idempotence: same rows in any order', () => {
    const [a, b] = [{ id: 1 }, { id: 2 }];
    expect(compareRecoveries({ t: [a, b] }, { t: [b, a] })).to.deep.equal([]);
    expect(compareRecoveries({ t: [a, b] }, { t: [a, a] })).to.have.length(1);
    expect(compareRecoveries({ t: [] }, {})).to.have.length(1);
  });

  it('write-ahead: no surviving page beyond the end of the log on its disk', () => {
    const page = { file: 'base/5/16384', block: 7, lsn: 2000 };
    expect(pagesAhead([page], 2000)).to.deep.equal([]);
    expect(pagesAhead([{ ...page, lsn: 1000 }, page], 1999)).to.have.length(1);
  });

  it('replay images: every difference is told', () => {
    expect(replayImages([])).to.deep.equal([]);
    expect(replayImages(['a', 'b']).map(({ found }) => found)).to.deep.equal(['a', 'b']);
  });

  it('serves again, leaves nothing', () => {
    expect(servesAgain(1000, undefined)).to.deep.equal([]);
    expect(servesAgain(1000, new Error('no'))[0].found).to.equal('no');
    expect(noLeftovers([])).to.deep.equal([]);
    expect(noLeftovers(['process 1 is alive'])).to.have.length(1);
  });
});
