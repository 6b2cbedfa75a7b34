import fc from 'fast-check';
import { presenceByTag, splitTag, type Workload } from './workload.js';

/**
 * Nothing but inserts of one to many rows: the fastest way to write WAL, so that segments, checkpoints and buffers turn
 * over. The one to run with asynchronous commits: a hole in the sequence shows at once.
 */
export interface InsertsEffect {
  readonly rows: number;
  readonly padding: number;
}

export const inserts: Workload<InsertsEffect> = {
  name: 'inserts',
  about: 'volume: much WAL in little time, and holes among asynchronous commits',

  effect: () =>
    fc.record({
      rows: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
        { weight: 1, arbitrary: fc.integer({ min: 20, max: 60 }) },
      ),
      padding: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1000, max: 6000 }) },
      ),
    }),

  setup: () => ['CREATE TABLE inserts (client int, number int, padding text)'],

  statements(tag, { rows, padding }) {
    const { client, number } = splitTag(tag);
    const value = `(${client}, ${number}, '${'x'.repeat(rows > 4 ? Math.min(padding, 400) : padding)}')`;
    return [{ sql: `INSERT INTO inserts VALUES ${Array.from({ length: rows }, () => value).join(', ')}` }];
  },

  async read(query) {
    return { inserts: await query('SELECT client, number FROM inserts') };
  },

  examine(contents, transactions) {
    const rowsOf = new Map(transactions.map(({ tag, effect }) => [tag, effect.rows]));
    return { presence: presenceByTag(contents.inserts, transactions, ({ tag }) => rowsOf.get(tag)!), mismatches: [] };
  },
};
