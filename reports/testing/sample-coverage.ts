import type { Coverage, CoverageCell, DiscoveryPoint, Recovery } from '../report-model.js';
import { sampleRandom } from './sample-random.js';

const CALLS: Readonly<Record<string, readonly string[]>> = {
  backend: [
    'pwrite(wal)',
    'fdatasync(wal)',
    'pwrite(data)',
    'ftruncate(data)',
    'unlink(twophase)',
    'unlink(clog)',
    'pwrite(clog)',
    'open(data)',
    'mkdir(data)',
  ],
  checkpointer: [
    'pwrite(data)',
    'fsync(data)',
    'pwrite(clog)',
    'fsync(clog)',
    'pwrite(control)',
    'fsync(control)',
    'rename(wal)',
    'unlink(wal)',
    'pwrite(twophase)',
    'rename(twophase)',
    'fsyncDirectory(wal)',
    'unlink(data)',
  ],
  walwriter: ['pwrite(wal)', 'fdatasync(wal)', 'open(wal)', 'rename(wal)', 'fsyncDirectory(wal)'],
  bgwriter: ['pwrite(data)'],
  startup: [
    'pwrite(data)',
    'fsync(data)',
    'pwrite(wal)',
    'pwrite(control)',
    'unlink(wal)',
    'unlink(other)',
    'rename(wal)',
    'fsync(control)',
  ],
  autovacworker: ['pwrite(wal)', 'pwrite(data)', 'fdatasync(wal)', 'ftruncate(data)'],
  archiver: ['open(wal)', 'rename(other)'],
};

const POINTS: Readonly<Record<string, readonly string[]>> = {
  backend: [
    'commit:before-record',
    'commit:after-record',
    'commit:after-flush',
    'commit:after-commit-log',
    'wal:inserted',
    'buffer:before-write',
    'buffer:after-write',
    'btree:page-split',
    'vacuum:stubs-found',
    'vacuum:index-done',
    'truncate:logged',
    'prepare:after-record',
    'prepare:after-flush',
  ],
  checkpointer: [
    'checkpoint:redo-fixed',
    'checkpoint:buffers-written',
    'checkpoint:before-control-file',
    'checkpoint:after-control-file',
    'checkpoint:done',
    'sync:before-fsync',
    'buffer:after-write',
  ],
  startup: ['recovery:record-replayed', 'recovery:redo-done', 'checkpoint:before-control-file'],
  autovacworker: ['vacuum:stubs-found', 'vacuum:index-done', 'wal:inserted'],
};

export function sampleCoverage(cycles: number): Coverage {
  return { calls: cellsOf(CALLS, cycles, 11), points: cellsOf(POINTS, cycles, 12) };
}

function cellsOf(places: Readonly<Record<string, readonly string[]>>, cycles: number, seed: number): CoverageCell[] {
  const random = sampleRandom(seed);
  return Object.entries(places).flatMap(([process, each]) =>
    each.map((place) => {
      const passed = Math.ceil(cycles * 40 * random() ** 4) + 1;
      const isMissed = random() < 0.18;
      return {
        process,
        place,
        passed,
        struck: isMissed ? 0 : Math.ceil(Math.min(passed, cycles * 0.8) * random() ** 3),
      };
    }),
  );
}

/** As wide as a target with many processes and kinds of file makes it: about 200 cells. */
export function largeCoverage(cycles: number): Coverage {
  const processes = [...Object.keys(CALLS), 'io worker', 'logger', 'replication sender', 'replication receiver'];
  const operations = Object.values(CALLS).flat();
  const random = sampleRandom(13);
  const calls = processes.flatMap((process) =>
    [...new Set(operations)].flatMap((place) => {
      if (random() < 0.4) return [];
      const passed = Math.ceil(cycles * 40 * random() ** 4) + 1;
      return [{ process, place, passed, struck: random() < 0.2 ? 0 : Math.ceil(passed * 0.01) }];
    }),
  );
  return { calls, points: sampleCoverage(cycles).points };
}

export function sampleRecoveries(count: number): Recovery[] {
  const random = sampleRandom(21);
  return Array.from({ length: count }, (_, index) => {
    const tier = index % 3 === 0 ? 'kill' : 'power';
    const replayedBytes = index % 29 === 0 ? 0 : Math.round(10 ** (2.3 + 4.4 * random()));
    const ms =
      tier === 'kill' ? 240 + replayedBytes / 60_000 + 160 * random() : 0.5 + replayedBytes / 6e6 + random() ** 3 * 2;
    return { tier, replayedBytes, ms };
  });
}

export function sampleDiscovery(count: number, cycles: number): DiscoveryPoint[] {
  return Array.from({ length: count }, (_, index) => {
    const done = Math.round(((index + 1) * cycles) / count);
    return {
      cycles: done,
      workSeconds: done * 1.7 + Math.sqrt(done) * 2,
      crashStates: Math.round(94 * done ** 0.93),
      places: Math.round(74 * (1 - Math.exp(-done / (cycles / 7)))),
    };
  });
}
