import { MAX_HEAP_ITEMS } from '../../storage/page/page.js';

/** What one takes in PostgreSQL; here somewhat more. */
const BYTES_PER_ITEM = 6;
const INITIAL_ITEMS = 1024;
/** Offset numbers are smaller. */
const OFFSETS = 2048;

/**
 * Line pointers that are stubs, in the order of the table, as many as the work memory holds: what vacuum removes the
 * index entries of in one pass over the indexes.
 */
export class DeadItems {
  count = 0;
  readonly max: number;
  private places = new Float64Array(INITIAL_ITEMS);

  /** Room for one page's at least, and for no more than the table can have. */
  constructor(workMemoryBytes: number, tablePages: number) {
    const most = Math.floor(workMemoryBytes / BYTES_PER_ITEM);
    this.max = Math.max(MAX_HEAP_ITEMS, Math.min(most, tablePages * MAX_HEAP_ITEMS));
  }

  /** Is there room for whatever the next page has? */
  hasRoomForPage(): boolean {
    return this.max - this.count >= MAX_HEAP_ITEMS;
  }

  /** Of a block behind those added before; in rising order. */
  add(block: number, offsets: readonly number[]): void {
    while (this.count + offsets.length > this.places.length) this.grow();
    for (const offset of offsets) this.places[this.count++] = block * OFFSETS + offset;
  }

  has(block: number, offset: number): boolean {
    const wanted = block * OFFSETS + offset;
    const at = this.firstFrom(wanted);
    return at < this.count && this.places[at] === wanted;
  }

  /** Block by block. */
  *blocks(): Generator<{ block: number; offsets: number[] }> {
    for (let at = 0; at < this.count;) {
      const block = Math.floor(this.places[at] / OFFSETS);
      const end = this.firstFrom((block + 1) * OFFSETS);
      yield { block, offsets: Array.from(this.places.subarray(at, end), (place) => place % OFFSETS) };
      at = end;
    }
  }

  clear(): void {
    this.count = 0;
  }

  private firstFrom(place: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.places[middle] < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const larger = new Float64Array(this.places.length * 2);
    larger.set(this.places);
    this.places = larger;
  }
}
