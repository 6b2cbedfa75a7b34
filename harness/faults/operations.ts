/**
 * Every I/O operation a fault can name, and every class of file it can name it on: enumerated here and nowhere else.
 *
 * The operations are the methods of the engine's `Files`. The order is part of the trace area's layout.
 */
export const OPERATIONS = [
  'open',
  'close',
  'pread',
  'pwrite',
  'fsync',
  'fdatasync',
  'ftruncate',
  'fstat',
  'fsyncDirectory',
  'stat',
  'readdir',
  'mkdir',
  'rmdir',
  'rename',
  'link',
  'unlink',
  'chmod',
  'tryLock',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export const FILE_CLASSES = ['wal', 'data', 'clog', 'control', 'other', 'twophase'] as const;
export type FileClass = (typeof FILE_CLASSES)[number];

export function operationIndex(operation: Operation): number {
  return OPERATIONS.indexOf(operation);
}

/** Where a call's counter lies among OPERATIONS × FILE_CLASSES. */
export function callIndex(operation: number, fileClass: number): number {
  return operation * FILE_CLASSES.length + fileClass;
}

export const CALL_KINDS = OPERATIONS.length * FILE_CLASSES.length;

/** `fdatasync(wal)` */
export function describeCall(index: number): string {
  const operation = OPERATIONS[Math.floor(index / FILE_CLASSES.length)];
  return `${operation}(${FILE_CLASSES[index % FILE_CLASSES.length]})`;
}

const CLASS_PATTERNS: readonly [RegExp, FileClass][] = [
  [/(^|\/)global\/pg_control(\.|$)/, 'control'],
  [/(^|\/)pg_wal(\/|$)/, 'wal'],
  [/(^|\/)pg_xact(\/|$)/, 'clog'],
  [/(^|\/)pg_twophase(\/|$)/, 'twophase'],
  [/(^|\/)(base|global|pg_tblspc)(\/|$)/, 'data'],
];

/** The class of a path inside a data directory; whatever no pattern knows is `other`, so every path has one. */
export function classifyFile(path: string): FileClass {
  for (const [pattern, fileClass] of CLASS_PATTERNS) if (pattern.test(path)) return fileClass;
  return 'other';
}
