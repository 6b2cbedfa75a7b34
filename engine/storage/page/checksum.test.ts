import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { POSTGRES_BIN, skipWithout } from '../../base/testing/postgres-tools.js';
import fc from 'fast-check';
import { dir } from 'tmp-promise';
import { BLOCK_BYTES } from '../../base/block.js';
import { PageAt, addItem, initPage, isPageVerified, pageChecksum, storedChecksum } from './page.js';
import { setU16 } from '../../base/bytes.js';

/** The algorithm written as its definition reads: rows of 32 words, one sum per column. */
function checksumByDefinition(page: Buffer, block: number): number {
  const copy = Buffer.from(page);
  setU16(copy, PageAt.checksum, 0);
  const prime = 16777619n;
  const step = (sum: bigint, value: bigint): bigint => {
    const mixed = sum ^ value;
    return ((mixed * prime) & 0xffff_ffffn) ^ (mixed >> 17n);
  };
  const offsets =
    '5B1F36E9 B8525960 02AB50AA 1DE66D2A 79FF467A 9BB9F8A3 217E7CD2 83E13D2C F8D4474F E39EB970 42C6AE16 993216FA ' +
    '7B093B5D 98DAFF3C F718902A 0B1C9CDB E58F764B 187636BC 5D7B3BB1 E73DE7DE 92BEC979 CCA6C0B2 304A0979 85AA43D4 ' +
    '783125BB 6CA8EAA2 E407EAC6 4B5CFC3E 9FBF8C76 15CA20BE F2CA9FD3 959BD756';
  const sums = offsets.split(' ').map((text) => BigInt(`0x${text}`));
  for (let at = 0; at < BLOCK_BYTES + 2 * 128; at += 4) {
    const column = (at / 4) % 32;
    sums[column] = step(sums[column], at < BLOCK_BYTES ? BigInt(copy.readUInt32LE(at)) : 0n);
  }
  const folded = sums.reduce((all, sum) => all ^ sum, 0n) ^ BigInt(block);
  return Number(folded % 65535n) + 1;
}

function filledPage(): Buffer {
  const page = Buffer.alloc(BLOCK_BYTES);
  initPage(page);
  addItem(page, Buffer.from('committed before the crash'));
  setU16(page, PageAt.checksum, pageChecksum(page, 7));
  return page;
}

describe('page checksum', () => {
  it('is what its definition says, at any alignment', () => {
    const pages = fc.uint8Array({ minLength: BLOCK_BYTES + 3, maxLength: BLOCK_BYTES + 3 });
    fc.assert(
      fc.property(pages, fc.nat(3), fc.nat(0xffff_fffe), (bytes, shift, block) => {
        const page = Buffer.from(bytes.buffer, shift, BLOCK_BYTES);
        expect(pageChecksum(page, block)).to.equal(checksumByDefinition(page, block));
      }),
      { numRuns: 20 },
    );
  });

  it('finds one changed bit and a page in the wrong place', () => {
    const page = filledPage();
    expect(isPageVerified(page, 7)).to.equal(true);
    expect(isPageVerified(page, 8)).to.equal(false);
    fc.assert(
      fc.property(fc.nat(BLOCK_BYTES * 8 - 1), (bit) => {
        const damaged = Buffer.from(page);
        damaged[bit >>> 3] ^= 1 << (bit & 7);
        expect(isPageVerified(damaged, 7)).to.equal(false);
      }),
      { numRuns: 100 },
    );
  });

  it('accepts a page of zeros, and nothing else that says it is new', () => {
    const page = Buffer.alloc(BLOCK_BYTES);
    expect(isPageVerified(page, 3)).to.equal(true);
    page[8000] = 1;
    expect(isPageVerified(page, 3)).to.equal(false);
  });

  it('agrees with every page of a PostgreSQL cluster, and pg_checksums with ours', async function () {
    skipWithout(this, 'initdb');
    if (process.getuid?.() !== 0) {
      process.stderr.write('    skipped: initdb is run as the user postgres, which only root may do\n');
      this.skip();
    }
    await using directory = await disposableDirectory();
    const data = join(directory.path, 'data');
    const as = (...command: string[]) =>
      execFileSync('runuser', ['-u', 'postgres', '--', ...command], { stdio: 'pipe' });
    fs.chmodSync(directory.path, 0o777);
    as(`${POSTGRES_BIN}/initdb`, '--data-checksums', '--no-sync', '-D', data);
    expect(countVerifiedPages(join(data, 'base/1'))).to.be.greaterThan(500);

    const page = filledPage();
    setU16(page, PageAt.checksum, pageChecksum(page, 0));
    fs.writeFileSync(join(data, 'base/1/99999'), page);
    expect(() => as(`${POSTGRES_BIN}/pg_checksums`, '--check', '-D', data)).not.to.throw();
    page[8100] ^= 1;
    fs.writeFileSync(join(data, 'base/1/99999'), page);
    expect(() => as(`${POSTGRES_BIN}/pg_checksums`, '--check', '-D', data)).to.throw(/checksum verification failed/);
  });
});

async function disposableDirectory() {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  return { path, [Symbol.asyncDispose]: cleanup };
}

/** Of all relation files in a directory; fails at the first page we would refuse. */
function countVerifiedPages(directory: string): number {
  let count = 0;
  for (const name of fs.readdirSync(directory).filter((each) => /^\d+(_\w+)?$/.test(each))) {
    const bytes = fs.readFileSync(join(directory, name));
    for (let block = 0; block * BLOCK_BYTES < bytes.length; block++) {
      const page = bytes.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
      expect(isPageVerified(page, block), `${name} block ${block}`).to.equal(true);
      if (storedChecksum(page) !== 0) expect(pageChecksum(page, block)).to.equal(storedChecksum(page));
      count++;
    }
  }
  return count;
}
