import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { BLOCK_BYTES } from '../../../engine/base/block.js';
import { pageFields, pageTitle } from './page-fields.js';
import { TemplateDirectories } from './template-directories.js';

describe('the fields of a page', () => {
  const CATALOG = 'base/5/1259';
  let page: Buffer;
  before(async () => {
    const templates = new TemplateDirectories();
    const directory = await dir({ unsafeCleanup: true });
    await templates.copyTo(`${directory.path}/data`, { walSegmentMegabytes: 1 });
    page = readFileSync(`${directory.path}/data/${CATALOG}`).subarray(0, BLOCK_BYTES);
    await directory.cleanup();
    templates.dispose();
  });

  it('are those of its header and of each item', () => {
    const fields = pageFields(CATALOG, 0, page);
    expect(fields.get('pd_checksum')).to.match(/^[0-9a-f]{4}, right$/);
    expect(fields.get('pd_lsn')).to.match(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(fields.get('item 1')).to.match(/^\d+ bytes at \d+: xmin \d+, xmax 0, ctid \(0,1\), infomask [0-9a-f]{4}$/);
  });

  it('differ where the page does', () => {
    const torn = Buffer.from(page);
    torn.fill(0xff, 4096);
    expect(pageFields(CATALOG, 0, torn).get('pd_checksum')).to.match(/, WRONG$/);
    expect(pageFields(CATALOG, 0, torn).get('pd_lsn')).to.equal(pageFields(CATALOG, 0, page).get('pd_lsn'));
  });

  it('are none where nothing was ever written, or rubbish', () => {
    expect([...pageFields(CATALOG, 0, Buffer.alloc(BLOCK_BYTES)).keys()]).to.deep.equal(['page']);
    expect([...pageFields(CATALOG, 0, Buffer.alloc(100)).keys()]).to.deep.equal(['page']);
    expect(pageFields(CATALOG, 0, Buffer.alloc(BLOCK_BYTES, 0xab)).get('item 1')).to.equal(undefined);
  });

  it('are of pages of relations only', () => {
    expect(pageTitle(CATALOG, 3 * BLOCK_BYTES)).to.equal('base/5/1259 block 3');
    expect(pageTitle('base/5/1259.1', BLOCK_BYTES)).to.equal('base/5/1259.1 block 131073');
    expect(pageTitle('pg_wal/000000010000000000000001', 0)).to.equal(undefined);
    expect(pageTitle(CATALOG, 100)).to.equal(undefined);
  });
});
