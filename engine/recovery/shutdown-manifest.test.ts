import { expect } from 'chai';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { PgError } from '../base/errors.js';
import { openRealOs } from '../os/real-os.js';
import { checkShutdownManifest, writeShutdownManifest } from './shutdown-manifest.js';

describe('shutdown manifest', () => {
  const os = openRealOs();
  let directory: string;
  let cleanup: () => Promise<void>;
  const path = (name: string): string => join(directory, name);

  beforeEach(async () => {
    ({ path: directory, cleanup } = await dir({ unsafeCleanup: true }));
    for (const name of ['base', 'base/5', 'global', 'pg_twophase', 'pg_xact']) mkdirSync(path(name));
    writeFileSync(path('base/5/1259'), Buffer.alloc(16384, 7));
    writeFileSync(path('base/5/16384'), Buffer.alloc(3 * 1024 ** 2, 9));
    writeFileSync(path('pg_xact/0000'), Buffer.alloc(8192, 0x55));
    writeFileSync(path('global/pg_control'), 'changes all the time');
    writeShutdownManifest(os, directory);
  });
  afterEach(() => cleanup());

  it('accepts what it described, whatever pg_control says', () => {
    writeFileSync(path('global/pg_control'), 'another');
    checkShutdownManifest(os, directory);
  });

  const damages: [string, RegExp, () => void][] = [
    ['a lost tail', /1259" has 8192 bytes instead of 16384/, () => truncateSync(path('base/5/1259'), 8192)],
    ['a lost tail of a large file', /16384" has 100 bytes/, () => truncateSync(path('base/5/16384'), 100)],
    ['zeros', /1259" does not have the content/, () => writeFileSync(path('base/5/1259'), Buffer.alloc(16384))],
    ['one flipped bit in the commit log', /pg_xact\/0000" does not/, () => flipBit(path('pg_xact/0000'), 4000)],
    ['a missing file', /1259" is missing/, () => rmSync(path('base/5/1259'))],
    ['a file too many', /base\/5\/9" does not belong/, () => writeFileSync(path('base/5/9'), 'x')],
    ['a damaged manifest', /shutdown_manifest" is damaged/, () => flipBit(path('shutdown_manifest'), 3)],
    ['a cut manifest', /shutdown_manifest" is damaged/, () => truncateSync(path('shutdown_manifest'), 30)],
    ['a missing manifest', /shutdown_manifest" is missing/, () => rmSync(path('shutdown_manifest'))],
  ];
  for (const [what, detail, damage] of damages) {
    it(`finds ${what}`, () => {
      damage();
      expect(() => checkShutdownManifest(os, directory))
        .to.throw(PgError, 'data directory is damaged')
        .with.nested.property('details.detail')
        .that.matches(detail);
    });
  }
});

function flipBit(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] ^= 4;
  writeFileSync(path, bytes);
}
