import type { Oid } from '../../base/block.js';

/**
 * The rows of pg_type that the engine has (catalog/pg_type.dat), with PostgreSQL 15's oids.
 *
 * Columns: oid, name, length (-1 varlena, -2 C string), passed by (v)alue or (r)eference, kind and category (`!`: the category's
 * preferred type), alignment, storage, array type, element type, collation, then the oids of the input, output, receive,
 * send, typmod-in, typmod-out and subscript functions.
 */
const ROWS = `
16 bool 1 v bB! c p 1000 0 0 1242 1243 2436 2437 0 0 0
17 bytea -1 r bU i x 1001 0 0 1244 31 2412 2413 0 0 0
18 char 1 v bZ c p 1002 0 0 1245 33 2434 2435 0 0 0
19 name 64 r bS c p 1003 18 950 34 35 2422 2423 0 0 6180
20 int8 8 v bN d p 1016 0 0 460 461 2408 2409 0 0 0
21 int2 2 v bN s p 1005 0 0 38 39 2404 2405 0 0 0
22 int2vector -1 r bA i p 1006 21 0 40 41 2410 2411 0 0 6179
23 int4 4 v bN i p 1007 0 0 42 43 2406 2407 0 0 0
24 regproc 4 v bN i p 1008 0 0 44 45 2444 2445 0 0 0
25 text -1 r bS! i x 1009 0 100 46 47 2414 2415 0 0 0
26 oid 4 v bN! i p 1028 0 0 1798 1799 2418 2419 0 0 0
27 tid 6 r bU s p 1010 0 0 48 49 2438 2439 0 0 0
28 xid 4 v bU i p 1011 0 0 50 51 2440 2441 0 0 0
29 cid 4 v bU i p 1012 0 0 52 53 2442 2443 0 0 0
30 oidvector -1 r bA i p 1013 26 0 54 55 2420 2421 0 0 6179
194 pg_node_tree -1 r bZ i x 0 0 100 195 196 197 198 0 0 0
700 float4 4 v bN i p 1021 0 0 200 201 2424 2425 0 0 0
701 float8 8 v bN! d p 1022 0 0 214 215 2426 2427 0 0 0
705 unknown -2 r pX c p 0 0 0 109 110 2416 2417 0 0 0
1033 aclitem 12 r bU i p 1034 0 0 1031 1032 0 0 0 0 0
1042 bpchar -1 r bS i x 1014 0 100 1044 1045 2430 2431 2913 2914 0
1043 varchar -1 r bS i x 1015 0 100 1046 1047 2432 2433 2915 2916 0
1082 date 4 v bD i p 1182 0 0 1084 1085 2468 2469 0 0 0
1083 time 8 v bD d p 1183 0 0 1143 1144 2470 2471 2909 2910 0
1114 timestamp 8 v bD d p 1115 0 0 1312 1313 2474 2475 2905 2906 0
1184 timestamptz 8 v bD! d p 1185 0 0 1150 1151 2476 2477 2907 2908 0
1186 interval 16 r bT! d p 1187 0 0 1160 1161 2478 2479 2903 2904 0
1700 numeric -1 r bN i m 1231 0 0 1701 1702 2460 2461 2917 2918 0
2202 regprocedure 4 v bN i p 2207 0 0 2212 2213 2446 2447 0 0 0
2205 regclass 4 v bN i p 2210 0 0 2218 2219 2452 2453 0 0 0
2206 regtype 4 v bN i p 2211 0 0 2220 2221 2454 2455 0 0 0
2249 record -1 r pP d x 2287 0 0 2290 2291 2402 2403 0 0 0
2275 cstring -2 r pP c p 1263 0 0 2292 2293 2500 2501 0 0 0
2276 any 4 v pP i p 0 0 0 2294 2295 0 0 0 0 0
2277 anyarray -1 r pP d x 0 0 0 2296 2297 2502 2503 0 0 0
2278 void 4 v pP i p 0 0 0 2298 2299 3120 3121 0 0 0
2279 trigger 4 v pP i p 0 0 0 2300 2301 0 0 0 0 0
2281 internal 8 v pP d p 0 0 0 2304 2305 0 0 0 0 0
2283 anyelement 4 v pP i p 0 0 0 2312 2313 0 0 0 0 0
2776 anynonarray 4 v pP i p 0 0 0 2777 2778 0 0 0 0 0
2950 uuid 16 r bU c p 2951 0 0 2952 2953 2961 2962 0 0 0
2970 txid_snapshot -1 r bU d x 2949 0 0 2939 2940 2941 2942 0 0 0
3220 pg_lsn 8 v bU d p 3221 0 0 3229 3230 3238 3239 0 0 0
4089 regnamespace 4 v bN i p 4090 0 0 4084 4085 4087 4088 0 0 0
4096 regrole 4 v bN i p 4097 0 0 4098 4092 4094 4095 0 0 0
5038 pg_snapshot -1 r bU d x 5039 0 0 5055 5056 5057 5058 0 0 0
5069 xid8 8 v bU d p 271 0 0 5070 5081 5082 5083 0 0 0
5077 anycompatible 4 v pP i p 0 0 0 5086 5087 0 0 0 0 0
5078 anycompatiblearray -1 r pP d x 0 0 0 5088 5089 5090 5091 0 0 0
5079 anycompatiblenonarray 4 v pP i p 0 0 0 5092 5093 0 0 0 0 0
`;

export interface TypeRow {
  readonly oid: Oid;
  /** pg_type.typname. */
  readonly name: string;
  /** Bytes; -1 varlena, -2 C string. */
  readonly length: number;
  readonly byValue: boolean;
  /** typtype: `b`ase or `p`seudo. */
  readonly kind: 'b' | 'p';
  /** typcategory, e.g. `N` numeric, `S` string, `A` array. */
  readonly category: string;
  readonly preferred: boolean;
  readonly align: 1 | 2 | 4 | 8;
  /** typstorage: `p`lain, e`x`tended, `m`ain. */
  readonly storageKind: string;
  /** The array type over this one, 0 for none. */
  readonly array: Oid;
  /** The element type of an array type (or of name, int2vector, oidvector), 0 for none. */
  readonly element: Oid;
  readonly collation: Oid;
  /** The oids of the type's support functions in pg_proc. */
  readonly functions: {
    readonly input: Oid;
    readonly output: Oid;
    readonly receive: Oid;
    readonly send: Oid;
    readonly typmodIn: Oid;
    readonly typmodOut: Oid;
    readonly subscript: Oid;
  };
}

const ALIGNMENTS: Record<string, 1 | 2 | 4 | 8> = { c: 1, s: 2, i: 4, d: 8 };

function parseRow(line: string): TypeRow {
  const [oid, name, length, by, kind, align, storageKind, ...rest] = line.split(' ');
  const [array, element, collation, input, output, receive, send, typmodIn, typmodOut, subscript] = rest.map(Number);
  return {
    oid: Number(oid),
    name,
    length: Number(length),
    byValue: by === 'v',
    kind: kind[0] as 'b' | 'p',
    category: kind[1],
    preferred: kind.endsWith('!'),
    align: ALIGNMENTS[align],
    storageKind,
    array,
    element,
    collation,
    functions: { input, output, receive, send, typmodIn, typmodOut, subscript },
  };
}

/** The array type of a row: `_name`, of the same support functions for all (array_in 750 and its siblings). */
function arrayRow(element: TypeRow): TypeRow {
  return {
    oid: element.array,
    name: element.oid === RECORD_OID ? '_record' : `_${element.name}`,
    length: -1,
    byValue: false,
    kind: element.kind,
    category: element.kind === 'p' ? 'P' : 'A',
    preferred: false,
    align: element.align === 8 ? 8 : 4,
    storageKind: 'x',
    array: 0,
    element: element.oid,
    collation: element.collation,
    functions: {
      input: 750,
      output: 751,
      receive: 2400,
      send: 2401,
      subscript: 6179,
      typmodIn: element.functions.typmodIn,
      typmodOut: element.functions.typmodOut,
    },
  };
}

const RECORD_OID = 2249;

export const baseTypeRows: readonly TypeRow[] = ROWS.trim().split('\n').map(parseRow);
export const arrayTypeRows: readonly TypeRow[] = baseTypeRows.filter((row) => row.array !== 0).map(arrayRow);

const rowsByOid = new Map([...baseTypeRows, ...arrayTypeRows].map((row) => [row.oid, row]));

/** The row of a type that is known to exist. */
export function typeRow(oid: Oid): TypeRow {
  return rowsByOid.get(oid)!;
}
