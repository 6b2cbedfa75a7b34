import { expect } from 'chai';
import fc from 'fast-check';
import { BLOCK_BYTES } from '../../base/block.js';
import { lsn } from '../../base/lsn.js';
import {
  ItemState,
  MAX_HEAP_ITEMS,
  PageFlag,
  addItem,
  checkPage,
  freeSpace,
  getItemId,
  heapFreeSpace,
  initPage,
  isNew,
  itemBytes,
  maxOffset,
  pageFlags,
  pageLsn,
  setItemId,
  setPageFlags,
  setPageLsn,
} from './page.js';

function emptyPage(special = 0): Buffer {
  const page = Buffer.alloc(BLOCK_BYTES, 0xee);
  initPage(page, special);
  return page;
}

const anyItem = fc.uint8Array({ minLength: 1, maxLength: 600 }).map((bytes) => Buffer.from(bytes));

describe('page', () => {
  it('begins empty, with its special space at the end', () => {
    const page = emptyPage(13);
    expect(isNew(page)).to.equal(false);
    expect(maxOffset(page)).to.equal(0);
    expect(freeSpace(page)).to.equal(BLOCK_BYTES - 24 - 16 - 4);
    expect(checkPage(page)).to.deep.equal([]);
    expect(isNew(Buffer.alloc(BLOCK_BYTES))).to.equal(true);
  });

  it('keeps the LSN as two halves, the high one first', () => {
    const page = emptyPage();
    setPageLsn(page, lsn(0x16_b374d848));
    expect(page.subarray(0, 8).toString('hex')).to.equal('1600000048d874b3');
    expect(pageLsn(page)).to.equal(0x16_b374d848);
  });

  it('gives back every item it took, until there is no room (model)', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 400 }), (items) => {
        const page = emptyPage();
        const model: Buffer[] = [];
        for (const item of items) {
          const fits = ((item.length + 7) & ~7) <= freeSpace(page) && model.length < MAX_HEAP_ITEMS;
          const number = addItem(page, item);
          expect(number).to.equal(fits ? model.length + 1 : 0);
          if (fits) model.push(item);
        }
        expect(maxOffset(page)).to.equal(model.length);
        model.forEach((item, index) => expect(itemBytes(page, index + 1).equals(item)).to.equal(true));
        expect(checkPage(page)).to.deep.equal([]);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps an index page in order: an item put in the middle moves the pointers behind it (model)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyItem, fc.nat()), { maxLength: 60 }), (additions) => {
        const page = emptyPage(16);
        const model: Buffer[] = [];
        for (const [item, where] of additions) {
          const number = 1 + (where % (model.length + 1));
          if (addItem(page, item, number, 'index') === 0) break;
          model.splice(number - 1, 0, item);
        }
        model.forEach((item, index) => expect(itemBytes(page, index + 1).equals(item)).to.equal(true));
        expect(checkPage(page)).to.deep.equal([]);
      }),
      { numRuns: 50 },
    );
  });

  it('takes an unused line pointer again when told that there is one', () => {
    const page = emptyPage();
    for (const text of ['one', 'two', 'three']) addItem(page, Buffer.from(text));
    setItemId(page, 2, 0, ItemState.unused, 0);
    expect(addItem(page, Buffer.from('four'))).to.equal(4);
    setPageFlags(page, PageFlag.hasFreeLines);
    expect(addItem(page, Buffer.from('five'))).to.equal(2);
    expect(addItem(page, Buffer.from('six'))).to.equal(5);
    expect(pageFlags(page) & PageFlag.hasFreeLines).to.equal(0);
  });

  it('puts a tuple where replay says, and only there', () => {
    const page = emptyPage();
    expect(addItem(page, Buffer.from('first'), 1)).to.equal(1);
    expect(addItem(page, Buffer.from('again'), 1)).to.equal(0);
    expect(addItem(page, Buffer.from('beyond'), 3)).to.equal(0);
    setItemId(page, 1, 0, ItemState.unused, 0);
    expect(addItem(page, Buffer.from('again'), 1)).to.equal(1);
    expect(itemBytes(page, 1).toString()).to.equal('again');
  });

  it('has no room for one heap tuple more than PostgreSQL allows', () => {
    const page = emptyPage();
    for (let i = 0; i < MAX_HEAP_ITEMS; i++) expect(addItem(page, Buffer.alloc(1))).to.equal(i + 1);
    expect(freeSpace(page)).to.be.greaterThan(1000);
    expect(heapFreeSpace(page)).to.equal(0);
    expect(addItem(page, Buffer.alloc(1))).to.equal(0);
    setItemId(page, 7, 0, ItemState.unused, 0);
    setPageFlags(page, PageFlag.hasFreeLines);
    expect(heapFreeSpace(page)).to.equal(freeSpace(page));
  });

  it('refuses to write through corrupted bounds', () => {
    const page = emptyPage();
    page.writeUInt16LE(9000, 14);
    expect(() => addItem(page, Buffer.alloc(1)))
      .to.throw(/corrupted page pointers/)
      .with.property('severity', 'PANIC');
  });

  it('packs a line pointer as 15 + 2 + 15 bits', () => {
    fc.assert(
      fc.property(fc.nat(0x7fff), fc.nat(3), fc.nat(0x7fff), (offset, flags, length) => {
        const page = emptyPage();
        setItemId(page, 1, offset, flags as ItemState, length);
        expect(getItemId(page, 1)).to.deep.equal({ offset, flags, length });
        expect(page.readUInt32LE(24)).to.equal(offset + flags * 0x8000 + length * 0x20000);
      }),
    );
  });
});

describe('checkPage', () => {
  it('names overlapping items, wrong bounds and pointers out of the page', () => {
    const page = emptyPage();
    addItem(page, Buffer.alloc(40));
    addItem(page, Buffer.alloc(40));
    const damaged = (damage: (copy: Buffer) => void): string => {
      const copy = Buffer.from(page);
      damage(copy);
      return checkPage(copy).join('; ');
    };
    expect(damaged((copy) => setItemId(copy, 2, 8192 - 60, ItemState.normal, 40))).to.contain('overlaps');
    expect(damaged((copy) => setItemId(copy, 2, 100, ItemState.normal, 40))).to.contain('points outside');
    expect(damaged((copy) => setItemId(copy, 2, 9, ItemState.redirect, 0))).to.contain('redirects to 9');
    expect(damaged((copy) => setItemId(copy, 2, 0, ItemState.normal, 0))).to.contain('normal and empty');
    expect(damaged((copy) => copy.writeUInt16LE(9000, 14))).to.contain('header bounds');
    expect(checkPage(Buffer.alloc(BLOCK_BYTES, 0).fill(1, 5000, 5001))).to.deep.equal(['new page with non-zero bytes']);
  });
});
