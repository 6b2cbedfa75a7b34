import { expect } from 'chai';
import { TraceArea } from '../trace/trace-area.js';
import { CallRecorder } from './call-recorder.js';
import { FaultTrigger } from './fault-trigger.js';
import { callIndex, operationIndex } from './operations.js';
import { parseFault } from './parse.js';

const PWRITE_WAL = callIndex(operationIndex('pwrite'), 0);

class Killed extends Error {}

/** Processes that only exist in this test: none of their pids is one of the machine's. */
class SimulatedProcess {
  readonly slept: number[] = [];
  private readonly recorder: CallRecorder;
  private readonly trigger: FaultTrigger;

  constructor(area: TraceArea, pid: number, type: string, ended: Set<number>) {
    const slot = area.enter(type, pid, 0);
    this.recorder = new CallRecorder(area, slot);
    this.trigger = new FaultTrigger(area, type, slot, {
      pid,
      sleep: (milliseconds) => void this.slept.push(milliseconds),
      isAlive: (process) => !ended.has(process.pid),
      kill: (pids) => {
        pids.forEach((each) => ended.add(each));
        if (pids.includes(pid)) throw new Killed();
      },
    });
  }

  write(): string | undefined {
    return this.trigger.beforeCall(PWRITE_WAL, this.recorder.begin(PWRITE_WAL)).errorCode;
  }
}

describe('faults in simulated processes of one thread', () => {
  function cluster(...faults: string[]) {
    const area = TraceArea.inMemory();
    area.arm(faults.map(parseFault));
    const ended = new Set<number>();
    const [backend, walwriter] = ['backend', 'walwriter'].map(
      (type, index) => new SimulatedProcess(area, 2 ** 30 + index, type, ended),
    );
    return { area, ended, backend, walwriter };
  }

  it('counts and fires under the simulated pid', () => {
    const { area, backend, walwriter } = cluster('EIO any at pwrite(wal) #2');
    expect([backend.write(), walwriter.write()]).to.deep.equal([undefined, 'EIO']);
    expect(area.statuses()[0]).to.include({ fired: true, pid: 2 ** 30 + 1, matches: 2 });
  });

  it('stalls in simulated time', () => {
    const { backend } = cluster('stall backend at pwrite(wal) #1 for 3600000 ms');
    backend.write();
    expect(backend.slept).to.deep.equal([3_600_000]);
  });

  it('kills simulated processes only, itself last', () => {
    const { ended, backend } = cluster('kill all when backend at pwrite(wal) #1');
    expect(() => backend.write()).to.throw(Killed);
    expect([...ended]).to.deep.equal([2 ** 30 + 1, 2 ** 30]);
  });
});
