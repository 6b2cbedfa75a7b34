import { expect } from 'chai';
import { BLOCK_BYTES } from '../../../../engine/base/block.js';
import type { Volume } from '../../../disks/volume.js';
import type { WriteEvent } from '../../../trace/storage-event.js';
import type { SimulatedTarget } from '../../simulated-target.js';
import { differingPages } from './pages.js';
import { openSimulation } from './engine-simulation.js';

/** Of pg_attribute, which has several pages in every cluster. */
const TABLE = 'base/5/1249';
const AT_LSN = 0;
const AT_CHECKSUM = 8;
const IN_LAST_ROW = BLOCK_BYTES - 4;

describe('pages of the simulated engine', () => {
  let target: SimulatedTarget;
  let cluster: Volume;
  before(async () => {
    target = await openSimulation();
    cluster = await target.template(1);
  });

  const path = (file: string): string => `${target.dataDirectory}/${file}`;

  function changed(at: number): string[] {
    const copy = cluster.fork();
    const file = copy.lookUp(path(TABLE))!;
    const byte = copy.contents(file)[at];
    copy.write(file, Buffer.of(byte ^ 0xff), at);
    return target.differingPages(cluster, copy);
  }

  it('are the same in a copy', () => expect(target.differingPages(cluster, cluster.fork())).to.deep.equal([]));

  it('differ by a byte of a row or by the LSN, and not by a checksum', () => {
    expect(changed(IN_LAST_ROW)).to.have.length(1);
    expect(changed(BLOCK_BYTES + AT_LSN)[0]).to.include(`${TABLE} block 1 differs from byte ${AT_LSN} on`);
    expect(changed(AT_CHECKSUM)).to.deep.equal([]);
  });

  it('differ by a page or a file that is not there', () => {
    const shorter = cluster.fork();
    shorter.truncate(shorter.lookUp(path(TABLE))!, BLOCK_BYTES);
    expect(target.differingPages(cluster, shorter)[0]).to.include(`${TABLE} block 1`);
    const without = cluster.fork();
    without.removeEntry(without.lookUp(path('base/5'))!, '1249');
    expect(target.differingPages(cluster, without)).to.deep.equal([`${TABLE} is missing after replay`]);
  });

  it('differ in no database that cannot be used: dropping forgets its buffers first', () => {
    const shorter = cluster.fork();
    shorter.truncate(shorter.lookUp(path(TABLE))!, BLOCK_BYTES);
    const differing = (unusable: string): string[] =>
      differingPages(cluster, shorter, target.dataDirectory, (database) => database !== unusable);
    expect(differing('1')).to.not.deep.equal([]);
    expect(differing('5')).to.deep.equal([]);
  });

  it('are found in a write by their place, with their LSNs; half a page and other files bring none', () => {
    const data = cluster.contents(cluster.lookUp(path(TABLE))!).subarray(0, 2 * BLOCK_BYTES);
    const write = { kind: 'write', path: path(TABLE), offset: BLOCK_BYTES, data } as WriteEvent;
    const found = target.writtenPages(write);
    expect(found.map(({ file, block }) => [file, block])).to.deep.equal([
      [TABLE, 1],
      [TABLE, 2],
    ]);
    expect(found[0].lsn).to.equal(data.readUInt32LE(0) * 2 ** 32 + data.readUInt32LE(4));
    expect(target.writtenPages({ ...write, data: data.subarray(0, BLOCK_BYTES + 512) })).to.have.length(1);
    expect(target.writtenPages({ ...write, path: path('pg_wal/000000010000000000000001') })).to.deep.equal([]);
  });
});
