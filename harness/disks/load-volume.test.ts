import { expect } from 'chai';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { dir, type DirectoryResult } from 'tmp-promise';
import { loadVolume } from './load-volume.js';

describe('loading a volume', () => {
  let directory: DirectoryResult;
  beforeEach(async () => (directory = await dir({ unsafeCleanup: true })));
  afterEach(() => directory.cleanup());

  it('reads a tree, byte for byte, below the prefix', () => {
    const { path } = directory;
    fs.mkdirSync(`${path}/base/1`, { recursive: true });
    const uneven = Buffer.alloc(20_000, 'abc');
    fs.writeFileSync(`${path}/base/1/1259`, uneven);
    fs.writeFileSync(`${path}/zeros`, Buffer.alloc(30_000));
    fs.writeFileSync(`${path}/empty`, '');
    const { volume, nodes } = loadVolume(path, '/srv/data');
    const contents = (name: string): Buffer => volume.contents(volume.lookUp(`/srv/data/${name}`)!);
    expect(contents('base/1/1259')).to.deep.equal(uneven);
    expect(contents('zeros')).to.deep.equal(Buffer.alloc(30_000));
    expect(contents('empty').length).to.equal(0);
    expect(volume.file(volume.lookUp('/srv/data/zeros')!).blocks.filter(Boolean)).to.deep.equal([]);
    for (const name of ['', 'base', 'base/1', 'zeros']) {
      expect(nodes.get(fs.statSync(`${path}/${name}`).ino), name).to.equal(volume.lookUp(`/srv/data/${name}`));
    }
  });

  it('keeps two names of one file together', () => {
    fs.writeFileSync(`${directory.path}/a`, 'once');
    fs.linkSync(`${directory.path}/a`, `${directory.path}/b`);
    const { volume } = loadVolume(directory.path, '/data');
    expect(volume.lookUp('/data/a')).to.equal(volume.lookUp('/data/b')).and.not.equal(undefined);
  });

  it('leaves out what is neither file nor directory', async () => {
    const server = net.createServer().listen(`${directory.path}/.s.PGSQL.5432`);
    await new Promise((resolve) => server.once('listening', resolve));
    fs.symlinkSync('/etc/passwd', `${directory.path}/link`);
    const { volume } = loadVolume(directory.path, '/data');
    expect([...volume.files()]).to.deep.equal([]);
    await new Promise((resolve) => server.close(resolve));
  });
});
