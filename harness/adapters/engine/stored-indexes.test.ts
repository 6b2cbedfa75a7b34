import { expect } from 'chai';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { getItemId } from '../../../engine/storage/page/page.js';
import type { Volume } from '../../disks/volume.js';
import type { IndexFacts } from '../inspection.js';
import type { SimulatedTarget } from '../simulated-target.js';
import { openSimulation } from './embedded/engine-simulation.js';

const ROWS = 1500;
const AT_LOWER = 12;
const AT_SPECIAL = 16;
const LINE_POINTER_BYTES = 4;
const FIRST_LEAF = 1;

describe('indexes of a stopped cluster', () => {
  let target: SimulatedTarget;
  let cluster: Volume;
  before(async () => {
    target = await openSimulation();
    cluster = await target.template(1);
    const engine = target.recover(cluster, { settings: { shared_buffers: 1024 } });
    const run = (...statements: string[]): void => statements.forEach((sql) => void engine.query(sql));
    run(
      `create table rows_kept (id int primary key, label text, count int default 0)`,
      `insert into rows_kept select n, 'label ' || n from generate_series(1, ${ROWS}) n`,
      `update rows_kept set count = 1 where id % 3 = 0`,
      `update rows_kept set label = 'other' where id % 7 = 0`,
      `create index labels on rows_kept (label, id desc)`,
      `delete from rows_kept where id > ${ROWS - 300}`,
      `vacuum rows_kept`,
      `insert into rows_kept select n, null from generate_series(${ROWS - 200}, ${ROWS}) n`,
      `begin; insert into rows_kept values (-1, 'rolled back'); update rows_kept set count = 5 where id < 50; rollback`,
      `delete from rows_kept where id % 11 = 0`,
      `create database elsewhere`,
    );
    engine.shutDown();
  });

  function found(volume: Volume): IndexFacts[] {
    return target.inspect(volume).indexes();
  }

  function fileOf(name: string): string {
    return found(cluster).find((index) => index.name === name)!.file;
  }

  function tableFile(): string {
    const pages = target.inspect(cluster).pages();
    const indexes = new Set(found(cluster).map(({ file }) => file));
    return pages.find(({ file }) => /\/\d{5,}$/.test(file) && file.startsWith('base/5/') && !indexes.has(file))!.file;
  }

  /** A copy in which a page was changed. */
  function damaged(file: string, block: number, change: (page: Buffer) => void): Volume {
    const copy = cluster.fork();
    const node = copy.lookUp(`${target.dataDirectory}/${file}`)!;
    const page = Buffer.from(copy.contents(node).subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES));
    change(page);
    copy.write(node, page, block * BLOCK_BYTES);
    return copy;
  }

  function findings(volume: Volume): string {
    return found(volume)
      .flatMap(({ name, structure, agreement }) => [...structure, ...agreement].map((each) => `${name}: ${each}`))
      .join('\n');
  }

  it('are found in order', () => {
    expect(found(cluster).map(({ name }) => name)).to.have.members(['rows_kept_pkey', 'labels']);
    expect(findings(cluster)).to.equal('');
  });

  it('have entries in order', () => {
    const swapped = damaged(fileOf('labels'), FIRST_LEAF, (page) => {
      const at = 24 + 5 * LINE_POINTER_BYTES;
      const [a, b] = [page.readUInt32LE(at), page.readUInt32LE(at + LINE_POINTER_BYTES)];
      page.writeUInt32LE(b, at);
      page.writeUInt32LE(a, at + LINE_POINTER_BYTES);
    });
    expect(findings(swapped)).to.equal(`labels: block ${FIRST_LEAF}: items 6 and 7 are out of order`);
  });

  it('lack no entry', () => {
    const shortened = damaged(fileOf('rows_kept_pkey'), FIRST_LEAF, (page) =>
      page.writeUInt16LE(page.readUInt16LE(AT_LOWER) - LINE_POINTER_BYTES, AT_LOWER),
    );
    expect(findings(shortened)).to.match(/^rows_kept_pkey: no entry for row \(\d+,\d+\)$/);
  });

  it('lead to no unused line pointer, and to no row of another key', () => {
    const unused = damaged(tableFile(), 0, (page) => page.writeUInt32LE(0, 24));
    expect(findings(unused)).to.match(
      /^rows_kept_pkey: an entry for row \(0,1\), which is not there\nlabels: an entry for/,
    );
    const other = damaged(tableFile(), 0, (page) => page.writeInt32LE(777_777, getItemId(page, 1).offset + 24));
    expect(findings(other)).to.include('rows_kept_pkey: the entry for row (0,1) has another key\n');
  });

  it('have pages of an index, whose entries can be read', () => {
    const strange = damaged(fileOf('labels'), FIRST_LEAF, (page) => page.writeUInt16LE(BLOCK_BYTES - 8, AT_SPECIAL));
    expect(findings(strange)).to.equal(`labels: block ${FIRST_LEAF}: is no page of an index`);
    const unreadable = damaged(fileOf('labels'), FIRST_LEAF, (page) => (page[getItemId(page, 2).offset + 8] = 1));
    expect(findings(unreadable)).to.equal('labels: it cannot be read: a value stored out of line cannot be read');
  });
});
