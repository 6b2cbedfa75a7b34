import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { CALL_KINDS, FILE_CLASSES, OPERATIONS, callIndex, classifyFile, describeCall } from './operations.js';

/** The methods of the engine's `Files`, read from its declaration: a method added there must be added here. */
function declaredMethods(): string[] {
  const declaration = readFileSync(new URL('../../engine/os/os.d.ts', import.meta.url), 'utf8');
  const body = /export interface Files \{([\s\S]*?)\n\}/.exec(declaration)![1];
  return [...body.matchAll(/^ {4}(\w+)\(/gm)].map((match) => match[1]);
}

describe('fault operations', () => {
  it('are exactly the methods of Files', () => {
    expect([...OPERATIONS].sort()).to.deep.equal(declaredMethods().sort());
  });

  it('give every path a class', () => {
    fc.assert(fc.property(fc.string(), (path) => FILE_CLASSES.includes(classifyFile(path))));
  });

  it('know the files of a data directory', () => {
    const examples: Record<string, string> = {
      '/d/pg_wal/000000010000000000000001': 'wal',
      '/d/pg_wal': 'wal',
      '/d/pg_wal/xlogtemp.12': 'wal',
      '/d/base/5/16384': 'data',
      '/d/base/5/16384_vm.1': 'data',
      '/d/global/1262': 'data',
      '/d/pg_xact/0000': 'clog',
      '/d/pg_twophase/000002BC': 'twophase',
      '/d/pg_subtrans/0000': 'other',
      '/d/global/pg_control': 'control',
      '/d/postmaster.pid': 'other',
    };
    for (const [path, fileClass] of Object.entries(examples)) expect(classifyFile(path), path).to.equal(fileClass);
  });

  it('number every pair of operation and class once', () => {
    const indexes = OPERATIONS.flatMap((_, operation) =>
      FILE_CLASSES.map((_c, fileClass) => callIndex(operation, fileClass)),
    );
    expect(new Set(indexes).size).to.equal(CALL_KINDS);
    expect(describeCall(callIndex(OPERATIONS.indexOf('fdatasync'), FILE_CLASSES.indexOf('wal')))).to.equal(
      'fdatasync(wal)',
    );
  });
});
