import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { dirSync } from 'tmp-promise';
import { formatLsn, type Lsn } from '../../../engine/base/lsn.js';
import { xid } from '../../../engine/base/xid.js';
import type { Files, Os } from '../../../engine/os/os.js';
import { openRealOs } from '../../../engine/os/real-os.js';
import { Rmgr } from '../../../engine/wal/rmgr-ids.js';
import {
  SMALL_CONFIG,
  blockReference,
  dataPage,
  noop,
  openReader,
  readAll,
  smallContext,
  smallSettings,
  startLog,
  withDirectory,
} from '../../../engine/wal/testing/small-log.js';
import { BytesDescriber } from './describe-bytes.js';
import { EngineInspection } from './engine-inspection.js';
import { TemplateDirectories } from './template-directories.js';

const SEGMENT = 'pg_wal/000000010000000000000001';

/** The machine, every write through it told. */
function watched(onWrite: (offset: number, data: Buffer) => void): Os {
  const os = openRealOs();
  const pwrite: Files['pwrite'] = (fd, source, from, length, position) => {
    onWrite(position, Buffer.from(source.subarray(from, from + length)));
    os.files.pwrite(fd, source, from, length, position);
  };
  return { ...os, files: Object.assign(Object.create(os.files) as Files, { pwrite }) };
}

/** `0/14CD28` of `continues 0/14CD28 Heap tx 3: ...` */
const toldLsns = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^(?:continues )?([0-9A-F]+\/[0-9A-F]+) \w+ tx /.exec(line)?.[1] ?? []);

describe('describing writes', () => {
  it('tells every record of a log once, however the writes divide it', async () => {
    await withDirectory((path) => {
      const describer = new BytesDescriber();
      const lines: string[] = [];
      const os = watched((offset, data) => lines.push(...describer.describe(SEGMENT, offset, data)));
      const context = smallContext(os, path, smallSettings());
      const { wal, first } = startLog(context);
      for (let i = 0; i < 60; i++) {
        wal.insert(noop(Buffer.alloc((i * 977) % 12_000, i)));
        if (i % 7 === 0) wal.flush(wal.insertLsn());
      }
      wal.flush(wal.insertLsn());
      const { records } = readAll(openReader(context, SMALL_CONFIG, { keepRecords: true }), first);
      expect(toldLsns(lines)).to.deep.equal(records.map(({ lsn }) => formatLsn(lsn)));
      expect(lines.some((line) => line.endsWith('goes on behind this write'))).to.equal(true);
    });
  });

  it('tells records as pg_waldump does, only new ones, and what the rest of one is when its beginning is unknown', async () => {
    await withDirectory((path) => {
      const context = smallContext(openRealOs(), path, smallSettings());
      const { wal } = startLog(context);
      const page = dataPage(0 as Lsn, 24, 7000);
      const block = blockReference(0, { page, standard: true, data: [Buffer.alloc(20)] });
      wal.insert({ rmgr: Rmgr.heap, info: 0, xid: xid(735), data: [Buffer.from([1, 0, 0])], blocks: [block] });
      wal.flush(wal.insertLsn());
      const before = readFileSync(`${path}/${SEGMENT}`);
      wal.insert(noop(Buffer.alloc(30_000)));
      wal.flush(wal.insertLsn());
      const after = readFileSync(`${path}/${SEGMENT}`);

      const describer = new BytesDescriber();
      const heap = /^0\/\w+ Heap tx 735: INSERT off 1 flags 0x00, blkref #0: rel 1663\/5\/16384 blk 0 FPW$/;
      expect(describer.describe(SEGMENT, 0, before.subarray(0, 8192)).at(-1)).to.match(heap);
      const learned = new BytesDescriber();
      learned.learn(SEGMENT, before);
      const again = learned.describe(SEGMENT, 0, after.subarray(0, 8192));
      expect(again[0]).to.equal('again: 2 records');
      expect(again[1]).to.match(/^0\/\w+ goes on behind this write$/);
      expect(learned.describe(SEGMENT, 8192, after.subarray(8192, 65536))).to.have.length(1);
      const late = new BytesDescriber().describe(SEGMENT, 16_384, after.subarray(16_384, 24_576));
      expect(late).to.have.length(1);
      expect(late[0]).to.match(/^continues a record from before 0\/\w+, \d+ bytes to come$/);
      expect(learned.describe(SEGMENT, 0, Buffer.alloc(8192))).to.deep.equal(['zeros']);
    });
  });

  describe('of a cluster', () => {
    const directory = dirSync({ unsafeCleanup: true });
    const templates = new TemplateDirectories();
    const data = `${directory.name}/data`;
    const describe_ = (path: string, offset: number, bytes: Buffer): string[] =>
      new BytesDescriber().describe(path, offset, bytes);
    before(() => templates.copyTo(data, { walSegmentMegabytes: 1 }));
    after(() => {
      templates.dispose();
      directory.removeCallback();
    });

    it('pages', () => {
      const file = 'base/5/1259';
      const page = readFileSync(`${data}/${file}`).subarray(0, 8192);
      const { lsn } = new EngineInspection(data).pages().find((each) => each.file === file && each.block === 0)!;
      const right = new RegExp(
        `^block 0: lsn ${formatLsn(lsn as Lsn)}, checksum right, \\d+ line pointers, \\d+ bytes free$`,
      );
      expect(describe_(file, 0, page)[0]).to.match(right);
      expect(describe_(file, 8192, page)[0]).to.match(/^block 1: .* checksum WRONG/);
      expect(describe_(`${file}.2`, 8192, page)[0]).to.match(/^block 262145: /);
      const damaged = Buffer.from(page);
      damaged[26] ^= 0x40; // of the first line pointer
      expect(describe_(file, 0, damaged)[0]).to.match(/checksum WRONG.*line pointer/);
      expect(describe_(file, 0, Buffer.alloc(16_384))).to.deep.equal(['block 0: new', 'block 1: new']);
      expect(describe_(file, 100, page)).to.deep.equal(['part of a page']);
      expect(describe_(file, 0, page.subarray(0, 4096))).to.deep.equal(['block 0: part of a page']);
      expect(describe_('postmaster.pid', 0, page)).to.deep.equal([]);
    });

    it('the control file', () => {
      const bytes = readFileSync(`${data}/global/pg_control`);
      const { state, checkpoint, redo } = new EngineInspection(data).control();
      const [line] = describe_('global/pg_control', 0, bytes);
      const places = `checkpoint ${formatLsn(checkpoint as Lsn)}, redo ${formatLsn(redo as Lsn)}`;
      expect(line).to.include(`${state}, ${places}`).and.include('checksum right');
      bytes[100] ^= 1;
      expect(describe_('global/pg_control', 0, bytes)[0]).to.include('checksum WRONG');
    });
  });
});
