import type { Tid } from '../../base/block.js';

/**
 * What a search looks for (BTScanInsert): values of the leading key columns, and perhaps a heap row's place as last
 * column. A search without that finds the first entry of all with these values.
 */
export class SearchKey {
  /** Numbers that stand for integer columns, see IndexFormat; an int8 has two. */
  readonly low: number[] = [];
  readonly high: number[] = [];
  /** The values of other columns that are compared as they are stored, null where there is none. */
  readonly stored: (Buffer | null)[] = [];
  /** All columns are integers and none is null. */
  isInteger = false;
  hasTid = false;
  block = 0;
  offset = 0;
  /** Looks for the first entry behind those with these values, instead of the first of them. */
  isNext = false;
  /** Looks for the page whose high key this is, and not for what follows it. */
  isPivotSearch = false;

  constructor(readonly values: readonly unknown[]) {}

  get count(): number {
    return this.values.length;
  }

  setTid({ block, offset }: Tid): void {
    this.hasTid = true;
    this.block = block;
    this.offset = offset;
  }

  clearTid(): void {
    this.hasTid = false;
  }
}
