import { expect } from 'chai';
import { bothPaths, compareWithIndex, orderBy, readThrough } from './access-paths.js';

describe('access paths', () => {
  const rows = [{ id: 1 }, { id: 2 }, { id: 3 }];
  const reading = { name: 't_pkey', order: orderBy('id') };

  it('accuse an index of rows that are missing, too many, repeated or out of order', () => {
    expect(compareWithIndex(rows.toReversed(), { ...reading, rows })).to.deep.equal([]);
    const found = (through: { id: number }[]): string => compareWithIndex(rows, { ...reading, rows: through })[0].found;
    expect(found(rows.slice(1))).to.include('missing: {"id":1}');
    expect(found([...rows, { id: 4 }])).to.include('not in the table: {"id":4}');
    expect(found([rows[0], ...rows])).to.include('4 rows');
    expect(found([rows[0], rows[2], rows[1]])).to.include('out of order: {"id":2}');
  });

  it('order rows by several columns, some of them backwards', () => {
    const order = orderBy('label', 'grade DESC');
    expect(order({ label: 'a', grade: 1 }, { label: 'b', grade: 1 })).to.be.lessThan(0);
    expect(order({ label: 'a', grade: 1 }, { label: 'a', grade: 2 })).to.be.greaterThan(0);
    expect(order({ label: 'a', grade: 2 }, { label: 'a', grade: 2 })).to.equal(0);
  });

  it('leave every setting as it was', async () => {
    const told: string[] = [];
    await readThrough(async (sql) => (told.push(sql), []), 'index', ['SELECT 1']);
    const off = told.flatMap((sql) => /^SET (\w+) = off$/.exec(sql)?.[1] ?? []);
    expect(off).to.not.be.empty;
    expect(told).to.deep.equal([
      ...off.map((name) => `SET ${name} = off`),
      'SELECT 1',
      ...off.map((name) => `RESET ${name}`),
    ]);
  });

  it('compared live: the index against the pages, forwards and backwards', () => {
    const [pages, forwards, backwards] = bothPaths('SELECT id FROM t ORDER BY id').filter(({ expect }) => expect);
    expect(pages.expect!(rows)).to.equal(undefined);
    expect(forwards.expect!(rows)).to.equal(undefined);
    expect(backwards.expect!(rows.toReversed())).to.equal(undefined);
    expect(backwards.expect!(rows)).to.deep.equal({ promised: 'by its pages: 1, 2, 3', found: '3, 2, 1' });
  });
});
