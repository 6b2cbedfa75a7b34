import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { dirSync } from 'tmp-promise';
import type { StorageEvent } from '../trace/storage-event.js';
import { trace, traceLines } from './trace.js';
import { UsageError } from './usage-error.js';

const data = Buffer.from(`${'same text line. '.repeat(3)}the end`);
const common = { process: 'backend#2', node: 5, path: '/data/base/1/2' };
const events: StorageEvent[] = [
  { ...common, kind: 'create', start: 1, end: 2, nodeKind: 'file', directory: 3, name: '2' },
  { ...common, kind: 'write', start: 4, end: 6, path: '/data/notes', offset: 32, data },
  { ...common, kind: 'sync', start: 7, end: 8, process: 'checkpointer', of: 'data', failed: true },
  {
    ...common,
    kind: 'rename',
    start: 9,
    end: 10,
    path: '/data/b',
    fromPath: '/data/a',
    directory: 3,
    fromDirectory: 3,
    name: 'b',
    fromName: 'a',
  },
  { ...common, kind: 'truncate', start: 12, end: Infinity, process: 'startup', bytes: 0 },
];
const clientEvents = [
  { sequence: 11, client: 1, text: 'transaction 1.2 ok' },
  { sequence: 3, client: 1, text: 'begins transaction 1.2' },
];
const printed = (options: Parameters<typeof traceLines>[1]): string[] =>
  [...traceLines({ dataDirectory: '/data', events, clientEvents }, options)].map((line) => line.replace(/ +/g, ' '));

describe('crashwright trace', () => {
  it('prints calls and client events in the total order', () => {
    expect(printed({})).to.deep.equal([
      '#1-2 backend#2 create base/1/2',
      '#3 client#1 begins transaction 1.2',
      '#4-6 backend#2 write notes at 32, 55 bytes',
      '#7-8 checkpointer fdatasync base/1/2 FAILED',
      '#9-10 backend#2 rename a to b',
      '#11 client#1 transaction 1.2 ok',
      '#12- startup truncate base/1/2 to 0 bytes in flight',
    ]);
  });

  it('prints what is asked for', () => {
    expect(printed({ process: 'checkpointer' })).to.have.length(1);
    expect(printed({ process: 'backend' })).to.have.length(3);
    expect(printed({ process: 'backend#1' })).to.deep.equal([]);
    expect(printed({ process: 'client#1' })).to.have.length(2);
    expect(printed({ from: 4, to: 9 })).to.have.length(3);
    expect(printed({ file: 'base' })).to.have.length(3);
    expect(printed({ file: '*/2' })).to.have.length(3);
    expect(printed({ file: 'bas*.2' })).to.deep.equal([]);
  });

  it('dumps the bytes written', () => {
    expect(printed({ from: 4, to: 4, payload: true }).slice(1)).to.deep.equal([
      ' 00000020 73 61 6d 65 20 74 65 78 74 20 6c 69 6e 65 2e 20 |same text line. |',
      ' *',
      ' 00000050 74 68 65 20 65 6e 64 |the end|',
      ' 00000057',
    ]);
  });

  it('refuses what is no trace', async () => {
    const directory = dirSync({ unsafeCleanup: true });
    const refused = async (path: string): Promise<void> => {
      const failure: unknown = await trace(path, {}).catch((thrown: unknown) => thrown);
      expect(failure).to.be.instanceOf(UsageError);
    };
    writeFileSync(`${directory.name}/text`, 'no trace');
    writeFileSync(`${directory.name}/area`, 'CWTR');
    for (const name of ['none', 'text', 'area']) await refused(`${directory.name}/${name}`);
    directory.removeCallback();
  });
});
