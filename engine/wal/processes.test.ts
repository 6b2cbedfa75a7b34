import { expect } from 'chai';
import { memorySizes } from '../memory/area-table.js';
import { openCluster } from '../memory/testing/processes.js';
import { openRealOs } from '../os/real-os.js';
import { STOP_WORD, WAL_MEMBERS_URL } from './testing/members.js';
import {
  openReader,
  readAll,
  SMALL_CONFIG,
  smallContext,
  smallSettings,
  startLog,
  withDirectory,
} from './testing/small-log.js';

const RECORDS = 3000;

describe('The log between real processes', () => {
  for (const { name, walBuffers, longest, flushEvery } of [
    { name: 'short records, a roomy ring', walBuffers: '64', longest: '400', flushEvery: '50' },
    { name: 'records longer than the whole ring', walBuffers: '4', longest: '60000', flushEvery: '500' },
    { name: 'a flush for every record', walBuffers: '16', longest: '200', flushEvery: '1' },
  ]) {
    it(`loses, doubles and mixes up nothing: ${name}`, async () => {
      await withDirectory(async (path) => {
        const settings = smallSettings({ wal_buffers: walBuffers });
        using cluster = openCluster(memorySizes(settings));
        const context = smallContext(openRealOs(), path, settings, cluster.memory(19));
        const { wal, first } = startLog(context);
        const count = longest === '60000' ? RECORDS / 10 : RECORDS;
        const json = JSON.stringify(settings.toJSON());
        const start = (slot: number) =>
          cluster.start(slot, WAL_MEMBERS_URL, 'insertRecords', path, json, String(count), longest, flushEvery).ended;
        const helpers = [
          cluster.start(10, WAL_MEMBERS_URL, 'flushInBackground', path, json),
          cluster.start(11, WAL_MEMBERS_URL, 'moveRedoPoint', path, json),
        ];
        await Promise.all([0, 1, 2].map(start));
        const area = context.memory.arena.area('statistics');
        Atomics.store(area.i32, STOP_WORD, 1);
        context.memory.arena.wake(area, STOP_WORD, 10);
        for (const helper of helpers) expect(Number(await helper.ended)).to.be.greaterThan(0);

        wal.flush(wal.insertLsn());
        const next = [0, 0, 0];
        const { records, end } = readAll(openReader(context, SMALL_CONFIG, { keepRecords: true }), first);
        for (const { data } of records.slice(1)) {
          const slot = data.readUInt32LE(0);
          expect(data.readUInt32LE(4)).to.equal(next[slot]++);
          expect(data.subarray(8).every((byte) => byte === slot + 1)).to.equal(true);
        }
        expect(next).to.deep.equal([count, count, count]);
        expect(end.at).to.equal(wal.flushLsn());
        expect(wal.statistics().records).to.equal(3 * count);
        if (flushEvery === '1') expect(wal.statistics().syncs, 'one fsync serves many').to.be.lessThan(3 * count * 0.9);
      });
    });
  }
});
