import type { Column } from '../catalog/relation.js';

/** What COPY FROM makes of its data: rows, one by one as they become complete. */
export interface RowSource {
  push(piece: Buffer, isLast: boolean): void;
  /** The values of the copied columns; undefined until more data comes. */
  next(): unknown[] | undefined;
  /** Of the row that `next` gave last; the first is 1. */
  readonly lineNumber: number;
  /** Where an error that is raised now belongs: what follows `COPY t, ` in its context. undefined before the first row. */
  place(): string | undefined;
  /** The row given last has been taken away, and is processed with others later: its text is no longer at hand. */
  forgetRow(): void;
}

export type CopiedColumn = Pick<Column, 'name' | 'type' | 'typmod'>;
