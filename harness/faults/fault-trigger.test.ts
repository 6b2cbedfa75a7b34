import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dir, type DirectoryResult } from 'tmp-promise';
import { pathToFileURL } from 'node:url';
import { TraceArea } from '../trace/trace-area.js';
import { parseFault } from './parse.js';

const library = new URL('./preload-library.js', import.meta.url).href;
const realOs = new URL('../../engine/os/real-os.js', import.meta.url).href;

/** A process like the engine's: writes three pages of a data file, syncing each, and passes a point. */
const SCRIPT = (directory: string): string => `
import { openRealOs } from '${realOs}';
import { install } from '${library}';
const os = openRealOs();
install({ os, processType: 'checkpointer' });
os.files.mkdir('${directory}/base');
const fd = os.files.open('${directory}/base/1', 'create');
for (let page = 0; page < 3; page++) {
  try { os.files.pwrite(fd, Buffer.alloc(8192, page + 1), 0, 8192, page * 8192); } catch (thrown) { console.log(thrown.code); }
  os.files.fdatasync(fd);
  os.reach('page:done');
}
console.log(os.files.fstat(fd).bytes);
`;

describe('faults in a process of the target', () => {
  let directory: DirectoryResult;
  let area: TraceArea;
  beforeEach(async () => {
    directory = await dir({ unsafeCleanup: true });
    area = TraceArea.create(`${directory.path}/trace`);
  });
  afterEach(async () => {
    area.close();
    await directory.cleanup();
  });

  function run(...faults: string[]): { signal: NodeJS.Signals | null; output: string } {
    area.arm(faults.map(parseFault));
    const script = `${directory.path}/run.mjs`;
    writeFileSync(script, SCRIPT(directory.path));
    const env = { PATH: process.env.PATH, CRASHWRIGHT_TRACE: `${directory.path}/trace` };
    const { signal, stdout, stderr } = spawnSync(process.execPath, [pathToFileURL(script).pathname], {
      env,
      encoding: 'utf8',
    });
    return { signal, output: stdout + stderr };
  }

  it('nothing armed: everything is counted, nothing happens', () => {
    expect(run()).to.deep.equal({ signal: null, output: '24576\n' });
    expect(area.process(0)).to.include({ type: 'checkpointer', calls: 9, ended: true });
    expect(area.points()).to.deep.equal(['page:done']);
  });

  it('kills before the named call', () => {
    expect(run('kill checkpointer at pwrite(data) #2').signal).to.equal('SIGKILL');
    expect(area.statuses()[0]).to.include({ fired: true, matches: 2 });
    expect(area.process(0)).to.include({ calls: 5, inCall: true, ended: false });
  });

  it('kills after it, or with part of the bytes written', () => {
    expect(run('kill checkpointer at pwrite(data) #2 torn 4096').signal).to.equal('SIGKILL');
    expect(spawnSync('stat', ['-c', '%s', `${directory.path}/base/1`]).stdout.toString()).to.equal('12288\n');
  });

  it('kills at a named point', () => {
    expect(run('kill any at point page:done #3').signal).to.equal('SIGKILL');
  });

  it('fails a call, stalls a call, and ignores what names another process', () => {
    const faults = [
      'EIO checkpointer at pwrite(data) #3',
      'stall any at fdatasync(data) #1 for 20 ms',
      'kill backend at call #1',
    ];
    expect(run(...faults)).to.deep.equal({ signal: null, output: 'EIO\n16384\n' });
    expect(area.statuses().map(({ fired }) => fired)).to.deep.equal([true, true, false]);
  });

  it('kills every process it knows', () => {
    expect(run('kill all when checkpointer at fdatasync(data) #1').signal).to.equal('SIGKILL');
  });
});
