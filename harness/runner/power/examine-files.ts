import { SimulatedError, type RecoveredCluster } from '../../adapters/simulated-target.js';
import type { Volume } from '../../disks/volume.js';
import { allFilesOracles } from '../../oracles/oracle-table.js';
import { emptyMemory, type Violation } from '../../oracles/oracle.js';
import { xidMargins } from '../../workloads/xid-course.js';
import type { RecoveryTools } from './judge-state.js';

/** Stops the cluster on `volume` properly, and looks into its files: control file, log, every page. */
export function examineFiles(
  { target, settings, jumpedTo = 0 }: RecoveryTools,
  cluster: RecoveredCluster,
  volume: Volume,
): Violation[] {
  try {
    cluster.shutDown();
    const inspection = target.inspect(volume);
    const control = inspection.control();
    const evidence = {
      round: 0,
      moment: 'stopped' as const,
      control,
      wal: inspection.wal(control.redo),
      pages: inspection.pages(),
      horizons: inspection.horizons(),
      indexes: inspection.indexes(),
      fateOf: (xid: number) => inspection.fateOf(xid),
      stopMargin: xidMargins(settings).stop,
      memory: { ...emptyMemory(), jumpedTo },
    };
    return allFilesOracles().flatMap(({ oracle }) => oracle(evidence));
  } catch (thrown) {
    const found =
      thrown instanceof SimulatedError
        ? `${thrown.severity} ${thrown.code}: ${thrown.message}`
        : String((thrown as Error).stack);
    return [{ invariant: 'page-structure', promised: 'control file, log and pages can be read', found }];
  }
}
