import { expect } from 'chai';
import fc from 'fast-check';
import { lsn } from '../base/lsn.js';
import {
  checkpointSegments,
  isCheckpointDueByTime,
  isCheckpointDueByVolume,
  isCheckpointOnSchedule,
  type ScheduleSettings,
} from './checkpoint-schedule.js';

const MEGABYTE = 1024 ** 2;

function settings(change: Partial<ScheduleSettings> = {}): ScheduleSettings {
  return {
    checkpointTimeoutSeconds: 300,
    completionTarget: 0.9,
    maxWalMegabytes: 1024,
    segmentBytes: 16 * MEGABYTE,
    ...change,
  };
}

describe('checkpoint schedule', () => {
  it('lets two cycles of WAL fit in max_wal_size', () => {
    expect(checkpointSegments(settings())).to.equal(33);
    expect(checkpointSegments(settings({ completionTarget: 0 }))).to.equal(64);
    expect(checkpointSegments(settings({ maxWalMegabytes: 2 }))).to.equal(1);
    expect(checkpointSegments(settings({ maxWalMegabytes: 2, segmentBytes: MEGABYTE }))).to.equal(1);
  });

  it('is due when as many segments were begun, or when time is over', () => {
    const small = settings({ maxWalMegabytes: 10, segmentBytes: MEGABYTE });
    expect(checkpointSegments(small)).to.equal(5);
    expect(isCheckpointDueByVolume(small, lsn(MEGABYTE + 40), lsn(5 * MEGABYTE - 1))).to.equal(false);
    expect(isCheckpointDueByVolume(small, lsn(MEGABYTE + 40), lsn(5 * MEGABYTE))).to.equal(true);
    expect(isCheckpointDueByTime(settings(), 299_999)).to.equal(false);
    expect(isCheckpointDueByTime(settings(), 300_000)).to.equal(true);
  });

  it('rests only while it is ahead of both time and WAL', () => {
    const at = (done: number, elapsedMs: number, walSegments: number): boolean =>
      isCheckpointOnSchedule(settings(), {
        done,
        elapsedMs,
        startLsn: lsn(MEGABYTE),
        insertLsn: lsn(MEGABYTE + walSegments * 16 * MEGABYTE),
      });
    expect(at(0.5, 100_000, 0)).to.equal(true);
    expect(at(0.5, 140_000, 0)).to.equal(false);
    expect(at(0.5, 0, 14)).to.equal(true);
    expect(at(0.5, 0, 15)).to.equal(false);
  });

  it('never rests less for having done more', () => {
    const parts = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(parts, parts, fc.nat(400_000), fc.nat(2 ** 30), (a, b, elapsedMs, bytes) => {
        const rests = (done: number): boolean =>
          isCheckpointOnSchedule(settings(), { done, elapsedMs, startLsn: lsn(0), insertLsn: lsn(bytes) });
        if (rests(Math.min(a, b))) expect(rests(Math.max(a, b))).to.equal(true);
      }),
    );
  });

  it('finishes at completion_target of the interval when it writes evenly', () => {
    const even = settings({ completionTarget: 0.5 });
    const rests = (done: number, elapsedMs: number): boolean =>
      isCheckpointOnSchedule(even, { done, elapsedMs, startLsn: lsn(0), insertLsn: lsn(0) });
    expect(rests(1, 149_000)).to.equal(true);
    expect(rests(1, 151_000)).to.equal(false);
  });
});
