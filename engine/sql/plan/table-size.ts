import { BLOCK_BYTES } from '../../base/block.js';
import type { Column, Relation } from '../catalog/relation.js';
import { TypeOid } from '../types/oids.js';
import { types } from '../types/type-table.js';

/** How big a table is thought to be. */
export interface TableSize {
  readonly pages: number;
  readonly tuples: number;
  /** The part of its pages on which all rows are visible to everyone. */
  readonly allVisible: number;
}

const PAGE_HEADER_BYTES = 24;
/** Tuple header, aligned, and line pointer. */
const ROW_OVERHEAD_BYTES = 28;
/** A table that was never counted is taken for one that will grow. */
const LEAST_PAGES_UNCOUNTED = 10;

/** From the file's size now and the density when the table was last counted (access/table/tableam.c). */
export function tableSize({ counted, columns }: Relation, filePages: number): TableSize {
  const isUncounted = counted.tuples < 0;
  const pages = isUncounted ? Math.max(filePages, LEAST_PAGES_UNCOUNTED) : filePages;
  if (pages === 0) return { pages, tuples: 0, allVisible: 0 };
  const density =
    isUncounted || counted.pages === 0
      ? Math.floor((BLOCK_BYTES - PAGE_HEADER_BYTES) / (rowBytes(columns) + ROW_OVERHEAD_BYTES))
      : counted.tuples / counted.pages;
  return { pages, tuples: Math.round(density * pages), allVisible: Math.min(1, counted.allVisible / pages) };
}

function rowBytes(columns: readonly Column[]): number {
  return columns.reduce((bytes, { type, typmod }) => bytes + averageBytes(type, typmod), 0);
}

const VARLENA_HEADER = 4;
const MAX_CHARACTER_BYTES = 4;
const DEFAULT_BYTES = 32;

/** The width of a value that nothing is known of (utils/cache/lsyscache.c get_typavgwidth). */
function averageBytes(type: number, typmod: number): number {
  const { length } = types.row(type);
  if (length > 0) return length;
  const isCharacter = type === TypeOid.varchar || type === TypeOid.bpchar;
  if (!isCharacter || typmod < 0) return DEFAULT_BYTES;
  const most = (typmod - VARLENA_HEADER) * MAX_CHARACTER_BYTES + VARLENA_HEADER;
  if (type === TypeOid.bpchar || most <= DEFAULT_BYTES) return most;
  return most < 1000
    ? DEFAULT_BYTES + Math.floor((most - DEFAULT_BYTES) / 2)
    : DEFAULT_BYTES + Math.floor((1000 - DEFAULT_BYTES) / 2);
}
