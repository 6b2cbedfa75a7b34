import { tupleCommandId, tupleInfomask, Infomask } from '../tuple/tuple-header.js';

/**
 * Pairs of command ids under one number (utils/time/combocid.c).
 *
 * A tuple has one command-id field. When one transaction both inserts and deletes it, the field holds a combo id: an
 * index into this table, which only that transaction reads, for cmin and cmax matter to it alone.
 */
export class ComboCommandIds {
  private pairs: { cmin: number; cmax: number }[] = [];
  private readonly numbers = new Map<string, number>();

  /** Forgets all pairs, at the end of a transaction. */
  clear(): void {
    if (this.pairs.length === 0) return;
    this.pairs = [];
    this.numbers.clear();
  }

  /** cmin of a tuple that the current transaction inserted. */
  cmin(bytes: Buffer, at: number): number {
    const raw = tupleCommandId(bytes, at);
    return this.isCombo(bytes, at) ? this.pairs[raw].cmin : raw;
  }

  /** cmax of a tuple that the current transaction deleted or locked. */
  cmax(bytes: Buffer, at: number): number {
    const raw = tupleCommandId(bytes, at);
    return this.isCombo(bytes, at) ? this.pairs[raw].cmax : raw;
  }

  combine(cmin: number, cmax: number): number {
    const key = `${cmin},${cmax}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.pairs.push({ cmin, cmax }) - 1;
    this.numbers.set(key, number);
    return number;
  }

  private isCombo(bytes: Buffer, at: number): boolean {
    return (tupleInfomask(bytes, at) & Infomask.comboCid) !== 0;
  }
}
