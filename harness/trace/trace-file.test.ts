import { expect } from 'chai';
import * as fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirSync } from 'tmp-promise';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '../cli/usage-error.js';
import { Volume } from '../disks/volume.js';
import type { StorageEvent } from './storage-event.js';
import { treeOf } from './testing/replay.js';
import { readTraceFile, writeTraceFile, type SavedTrace } from './trace-file.js';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const id = fc.nat(1000);
const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
const common = { end: fc.option(fc.nat(), { nil: Infinity }), process: text, path: text, node: id };
const event = fc.oneof(
  fc.record({ kind: fc.constant('write'), ...common, offset: id, data: bytes }),
  fc.record({ kind: fc.constant('truncate'), ...common, bytes: id }),
  fc.record({ kind: fc.constant('sync'), ...common, of: fc.constantFrom('file', 'data'), failed: fc.boolean() }),
  fc.record({ kind: fc.constant('create'), ...common, nodeKind: fc.constant('file'), directory: id, name: text }),
  fc.record({ kind: fc.constantFrom('link', 'remove'), ...common, directory: id, name: text }),
);

function smallVolume(): Volume {
  const volume = Volume.empty();
  const data = volume.addNode('directory');
  const file = volume.addNode('file');
  volume.setEntry(0, 'data', data);
  volume.setEntry(data, 'PG_VERSION', file);
  volume.setEntry(data, 'same', file);
  volume.write(file, Buffer.from('15\n'), 20_000);
  volume.truncate(volume.addNode('file'), 30_000);
  return volume;
}

function trace(over: Partial<SavedTrace> = {}): SavedTrace {
  const rest = { target: 'engine 1', producer: 'a test', dataDirectory: '/data', events: [], clientEvents: [] };
  return { ...rest, base: smallVolume(), ...over };
}

describe('trace file', () => {
  const directory = dirSync({ unsafeCleanup: true });
  const path = `${directory.name}/t.trace`;
  after(() => directory.removeCallback());

  it('is read back as it was written', () => {
    const clientEvent = fc.record({ sequence: id, client: id, text });
    const roundTrip = fc.property(fc.array(event), fc.array(clientEvent), (given, clientEvents) => {
      const events = given.map((each, index) => ({ ...each, start: index }) as unknown as StorageEvent);
      const written = trace({ events, clientEvents });
      writeTraceFile(path, written);
      const { base, ...rest } = readTraceFile(path);
      const { base: writtenBase, ...writtenRest } = written;
      expect(rest).to.deep.equal(writtenRest);
      expect(treeOf(base)).to.deep.equal(treeOf(writtenBase));
    });
    fc.assert(roundTrip, { numRuns: 50 });
  });

  it('keeps the numbers of nodes, named or not', () => {
    writeTraceFile(path, trace());
    const { base } = readTraceFile(path);
    expect(base.lookUp('/data/PG_VERSION')).to.equal(2).and.equal(base.lookUp('/data/same'));
    expect(base.file(3).bytes).to.equal(30_000);
    expect(base.nextNode).to.equal(4);
  });

  it('refuses what is no trace file, or of another version', () => {
    const refuses = (contents: string | Buffer, reason: string): void => {
      writeFileSync(path, contents);
      expect(() => readTraceFile(path)).to.throw(UsageError, reason);
    };
    writeTraceFile(path, trace());
    const whole = readFileSync(path);
    refuses('#!/bin/sh\n', 'no trace file');
    refuses('', 'no trace file');
    refuses(whole.subarray(0, whole.length - 20), 'cannot read');
    refuses(gzipSync('some log\n'), 'not a trace file of version 2');
    refuses(gzipSync(gunzipSync(whole).toString('latin1').replace('"version":2', '"version":3')), 'version');
    refuses(gzipSync(gunzipSync(whole).subarray(0, 300)), 'cut off');
    expect(() => readTraceFile(`${directory.name}/none`)).to.throw(UsageError, 'ENOENT');
  });
});
