import { u32 } from '../../base/bytes.js';
import type { AnyAttributeStorage } from './attribute-storage.js';
import { C_STRING, alignUp, damagedLength, storedOutOfLine } from './varlena.js';

/** Goes from one attribute to the next of a data area and tells where each lies, without reading it. */
export class AttributeCursor {
  /** Of the attribute found last: where its payload begins, and how long it is. */
  at = 0;
  bytes = 0;
  private data = 0;
  private next = 0;

  /** The data area begins at `data`. */
  start(data: number): void {
    this.data = data;
    this.next = 0;
  }

  /** Finds the next attribute, which is not null. */
  find({ length, align }: AnyAttributeStorage, source: Buffer): void {
    if (length > 0) this.place(this.data + alignUp(this.next, align), length, 0);
    else if (length === C_STRING) this.findCString(source);
    else this.findVarlena(source, align);
  }

  private findCString(source: Buffer): void {
    const at = this.data + this.next;
    this.place(at, source.indexOf(0, at) - at, 1);
  }

  private findVarlena(source: Buffer, align: number): void {
    const header = source[this.data + this.next];
    if (header & 1) {
      if (header === 1) throw storedOutOfLine();
      this.place(this.data + this.next + 1, (header >> 1) - 1, 0);
      return;
    }
    // As in TupleLayout: a zero byte is padding, or the low byte of a word that is already aligned.
    const at = this.data + (header === 0 ? alignUp(this.next, align) : this.next);
    const word = u32(source, at);
    if ((word & 3) !== 0 || word >>> 2 < 4) throw damagedLength();
    this.place(at + 4, (word >>> 2) - 4, 0);
  }

  private place(at: number, bytes: number, terminatorBytes: number): void {
    this.at = at;
    this.bytes = bytes;
    this.next = at + bytes + terminatorBytes - this.data;
  }
}
