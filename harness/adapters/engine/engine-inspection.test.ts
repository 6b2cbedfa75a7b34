import { expect } from 'chai';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { MemoryFiles } from '../../disks/memory-files.js';
import { openSimulation } from './embedded/engine-simulation.js';

describe('inspection of the engine', () => {
  it('asks nothing of files that no relation of a stopped cluster has: a crash may have left them', async () => {
    const target = await openSimulation();
    const volume = await target.template(1);
    const cluster = target.recover(volume, { settings: {} });
    cluster.query('CREATE TABLE kept (a int); INSERT INTO kept VALUES (1)');
    const [{ relfilenode }] = cluster.query("SELECT relfilenode FROM pg_class WHERE relname = 'kept'");
    cluster.shutDown();
    const files = new MemoryFiles(volume);
    const left = files.open(`${target.dataDirectory}/base/5/77777`, 'create');
    files.pwrite(left, Buffer.alloc(BLOCK_BYTES, 1), 0, BLOCK_BYTES, 0);
    files.close(left);
    const looked = new Set(
      target
        .inspect(volume)
        .pages()
        .map(({ file }) => file),
    );
    expect([...looked]).to.include.members([`base/5/${String(relfilenode)}`, 'base/5/1259']);
    expect([...looked]).to.not.include('base/5/77777');
  });
});
