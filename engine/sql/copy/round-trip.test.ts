import { expect } from 'chai';
import fc from 'fast-check';
import { PgError } from '../../base/errors.js';
import { TypeOid } from '../types/oids.js';
import { BinarySource } from './binary-source.js';
import type { CopyOptions } from './copy-options.js';
import type { RowSource } from './row-source.js';
import { rowWriter } from './row-writer.js';
import { openTextSource } from './text-source.js';

const COLUMNS = ['a', 'b', 'c'].map((name) => ({ name, type: TypeOid.text, typmod: -1 }));
const TEXT: CopyOptions = {
  format: 'text',
  freeze: false,
  delimiter: '\t',
  nullText: '\\N',
  header: 'none',
  quote: '"',
  escape: '"',
  forceQuote: [],
  forceNotNull: [],
  forceNull: [],
};
const CSV: CopyOptions = { ...TEXT, format: 'csv', delimiter: ',', nullText: '' };
const formats: Record<string, CopyOptions> = {
  text: TEXT,
  'text with a header and another delimiter': { ...TEXT, delimiter: '|', nullText: 'null', header: 'match' },
  csv: CSV,
  'csv with a header and other quotes': { ...CSV, header: 'match', quote: "'", escape: '\\', delimiter: ';' },
  'csv whose escape means something to replacements': { ...CSV, quote: '!', escape: '$', nullText: '-' },
  binary: { ...TEXT, format: 'binary' },
};

const character = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'ab\\\t\n\r,;|"\'!$.\b\f\vN-null') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((text) => text !== '\0') },
);
const value = fc.option(fc.array(character, { maxLength: 8 }).map((parts) => parts.join('')));
const rows = fc.array(fc.tuple(value, value, value), { maxLength: 12 });

function open(options: CopyOptions): RowSource {
  return options.format === 'binary' ? new BinarySource(COLUMNS) : openTextSource(options, COLUMNS, undefined, {});
}

/** All rows of data that comes in pieces of these sizes, again and again. */
function readAll(options: CopyOptions, data: Buffer, sizes: readonly number[]): unknown[][] {
  const source = open(options);
  const found: unknown[][] = [];
  const take = (piece: Buffer, isLast: boolean): void => {
    source.push(piece, isLast);
    for (let row = source.next(); row !== undefined; row = source.next()) found.push(row);
  };
  let at = 0;
  for (let turn = 0; at < data.length; turn++) take(data.subarray(at, (at += sizes[turn % sizes.length])), false);
  take(Buffer.alloc(0), true);
  return found;
}

describe('COPY data', () => {
  for (const [name, options] of Object.entries(formats)) {
    it(`in ${name} format comes back as it went out, in whatever pieces`, () => {
      fc.assert(
        fc.property(rows, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (wanted, sizes) => {
          const writer = rowWriter(options, COLUMNS, [false, true, false], {});
          const parts = [writer.begin(), ...wanted.map((row) => writer.row(row)), writer.end()];
          const data = Buffer.concat(parts.map((part) => Buffer.from(part)));
          expect(readAll(options, data, sizes)).to.deep.equal(wanted);
        }),
        { numRuns: 200 },
      );
    });
  }

  it('that is anything at all gives the same rows, or the same error in the same line, in whatever pieces', () => {
    const outcome = (options: CopyOptions, data: Buffer, sizes: number[]): unknown => {
      const source = open(options);
      const found: unknown[] = [];
      try {
        for (let at = 0, turn = 0; at <= data.length; turn++) {
          const size = sizes[turn % sizes.length];
          source.push(data.subarray(at, at + size), at + size > data.length);
          for (let row = source.next(); row !== undefined; row = source.next()) found.push([source.lineNumber, row]);
          at += size;
        }
      } catch (thrown) {
        found.push((thrown as PgError).message, source.place());
      }
      return found;
    };
    const bytes = fc.array(fc.constantFrom(...Buffer.from('a\\\t\n\r,"\'.\u00e9')), { maxLength: 60 });
    fc.assert(
      fc.property(fc.constantFrom(TEXT, CSV), bytes, fc.integer({ min: 1, max: 9 }), (options, data, size) => {
        const whole = Buffer.from(data);
        expect(outcome(options, whole, [size])).to.deep.equal(outcome(options, whole, [whole.length + 1]));
      }),
      { numRuns: 500 },
    );
  });
});
