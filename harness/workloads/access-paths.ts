import type { Mismatch, Query, Row, Statement, WrongAnswer } from './workload.js';

/** Which ways to the rows the planner may go: the pages one by one, or an index. */
export type AccessPath = 'pages' | 'index';

const SWITCHED_OFF: Readonly<Record<AccessPath, readonly string[]>> = {
  pages: ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'],
  index: ['enable_seqscan', 'enable_bitmapscan', 'enable_sort'],
};

/** The statements that leave only that way open, and those that open the others again. */
function forced(path: AccessPath): { readonly before: readonly string[]; readonly after: readonly string[] } {
  return {
    before: SWITCHED_OFF[path].map((name) => `SET ${name} = off`),
    after: SWITCHED_OFF[path].map((name) => `RESET ${name}`),
  };
}

/** The answers to some queries on one path. */
export async function readThrough(query: Query, path: AccessPath, queries: readonly string[]): Promise<Row[][]> {
  const { before, after } = forced(path);
  for (const sql of before) await query(sql);
  const answers: Row[][] = [];
  for (const sql of queries) answers.push(await query(sql));
  for (const sql of after) await query(sql);
  return answers;
}

/**
 * Reads rows that only this transaction may change by their pages, and through an index in both directions: the answers
 * must be the same. `query` ends with ORDER BY and a column.
 */
export function bothPaths(query: string): Statement[] {
  let throughPages = '';
  const textOf = (rows: readonly Row[]): string => rows.map((row) => Object.values(row).join(' ')).join(', ');
  const compare = (rows: readonly Row[]): WrongAnswer | undefined =>
    textOf(rows) === throughPages ? undefined : { promised: `by its pages: ${throughPages}`, found: textOf(rows) };
  const [pages, index] = [forced('pages'), forced('index')];
  const plain = (sql: string): Statement => ({ sql });
  return [
    ...pages.before.map(plain),
    { sql: query, expect: (rows) => void (throughPages = textOf(rows)) },
    ...[...pages.after, ...index.before].map(plain),
    { sql: query, expect: compare },
    { sql: `${query} DESC`, expect: (rows) => compare(rows.toReversed()) },
    ...index.after.map(plain),
  ];
}

/** A reading through an index: what it is called, and the order its rows are promised in. */
export interface IndexReading {
  readonly name: string;
  readonly order: (a: Row, b: Row) => number;
  readonly rows: readonly Row[];
}

/** What reading through an index shows, against the rows that the table's pages show. */
export function compareWithIndex(pages: readonly Row[], { name, order, rows }: IndexReading): Mismatch[] {
  const [wanted, found] = [textsOf(pages), textsOf(rows)];
  const disorder = rows.findIndex((row, at) => at > 0 && order(rows[at - 1], row) > 0);
  if (wanted.join('\n') === found.join('\n') && disorder < 0) return [];
  const missing = wanted.find((row) => !found.includes(row));
  const extra = found.find((row) => !wanted.includes(row));
  const disorderly = disorder < 0 ? '' : `; out of order: ${JSON.stringify(rows[disorder])}`;
  return [
    {
      invariant: 'index-agreement',
      promised: `${name} shows the ${wanted.length} rows of its table in order`,
      found: `${found.length} rows; missing: ${missing ?? 'none'}; not in the table: ${extra ?? 'none'}${disorderly}`,
    },
  ];
}

/** `id`, or `id DESC`, as a comparison of rows, for each column in turn. */
export function orderBy(...columns: readonly string[]): IndexReading['order'] {
  const keys = columns.map((column) => ({ name: column.split(' ')[0], sign: column.endsWith(' DESC') ? -1 : 1 }));
  return (a, b) => {
    for (const { name, sign } of keys) {
      const [one, other] = [a[name], b[name]] as [string, string];
      if (one !== other) return one < other ? -sign : sign;
    }
    return 0;
  };
}

function textsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
