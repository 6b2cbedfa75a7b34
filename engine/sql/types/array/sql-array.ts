import { SqlState } from '../../../base/sqlstate.js';
import { error } from '../../../base/errors.js';

export const MAX_DIMENSIONS = 6;

/**
 * A value of an array type: elements in row-major order, each of the element type or null.
 *
 * The empty array has no dimensions, but for the vector types. Immutable.
 */
export class SqlArray<V = unknown> {
  private constructor(
    readonly elements: readonly (V | null)[],
    /** Elements along each dimension. */
    readonly lengths: readonly number[],
    /** The first subscript of each dimension, 1 unless told otherwise. */
    readonly lowerBounds: readonly number[],
  ) {}

  /** One dimension. */
  static of<V>(elements: readonly (V | null)[], lowerBound = 1): SqlArray<V> {
    return elements.length === 0
      ? new SqlArray<V>([], [], [])
      : new SqlArray(elements, [elements.length], [lowerBound]);
  }

  /** An int2vector or oidvector: always one dimension, from 0, even without elements. */
  static vector(elements: readonly (number | null)[]): SqlArray<number> {
    return new SqlArray(elements, [elements.length], [0]);
  }

  /** Raises 54000 for too many dimensions. */
  static shaped<V>(
    elements: readonly (V | null)[],
    lengths: readonly number[],
    lowerBounds: readonly number[],
  ): SqlArray<V> {
    if (lengths.length > MAX_DIMENSIONS) {
      const counts = `(${lengths.length}) exceeds the maximum allowed (${MAX_DIMENSIONS})`;
      throw error(SqlState.programLimitExceeded, `number of array dimensions ${counts}`);
    }
    if (elements.length === 0) return new SqlArray<V>([], [], []);
    return new SqlArray(elements, lengths, lowerBounds);
  }

  get dimensions(): number {
    return this.lengths.length;
  }

  /** The element with these subscripts, one for each dimension; null outside the bounds. */
  at(...subscripts: number[]): V | null {
    if (subscripts.length !== this.dimensions) return null;
    let index = 0;
    for (let d = 0; d < subscripts.length; d++) {
      const offset = subscripts[d] - this.lowerBounds[d];
      if (offset < 0 || offset >= this.lengths[d]) return null;
      index = index * this.lengths[d] + offset;
    }
    return this.elements[index];
  }
}
