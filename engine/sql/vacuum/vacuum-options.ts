import type { DefElem, VacuumStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { at, bodyOf, unsupported } from '../parse/nodes.js';
import type { VacuumCosts } from '../../access/vacuum/cost-delay.js';

/** What VACUUM or ANALYZE was asked to do (commands/vacuum.h VacuumParams). */
export interface VacuumOptions {
  readonly vacuum: boolean;
  readonly analyze: boolean;
  readonly freeze: boolean;
  readonly verbose: boolean;
  readonly skipLocked: boolean;
  readonly disablePageSkipping: boolean;
  readonly indexCleanup: 'auto' | 'on' | 'off';
  /** Whether empty pages at the table's end are given back. */
  readonly truncate: boolean;
  /** Done by autovacuum, and so that it may not be disturbed. */
  readonly automatic?: 'normal' | 'against wraparound';
  /** Log when it took so long; -1: never. */
  readonly logMinDurationMs: number;
  /** When to rest; undefined: as the settings vacuum_cost_* say. */
  readonly costs?: () => VacuumCosts;
}

const MOST_PARALLEL_WORKERS = 1024;
const COMMON = ['verbose', 'skip_locked'];
const OF_VACUUM = ['analyze', 'freeze', 'full', 'disable_page_skipping', 'index_cleanup', 'process_toast', 'truncate'];

/** Reads and checks the options (ExecVacuum). */
export function vacuumOptions({ options = [], is_vacuumcmd: isVacuum = false }: VacuumStmt): VacuumOptions {
  const given = new Map<string, boolean>();
  let indexCleanup: VacuumOptions['indexCleanup'] = 'auto';
  let workers = 0;
  for (const node of options) {
    const option = bodyOf(node) as DefElem;
    const name = option.defname!;
    refuseUnknown(option, isVacuum);
    if (name === 'parallel') workers = workersOf(option);
    else if (name === 'index_cleanup') indexCleanup = cleanupOf(option);
    else given.set(name, booleanOf(option));
  }
  const has = (name: string): boolean => given.get(name) ?? false;
  if (has('full')) {
    if (workers > 0) throw error(SqlState.featureNotSupported, 'VACUUM FULL cannot be performed in parallel');
    if (has('disable_page_skipping'))
      throw error(SqlState.featureNotSupported, 'VACUUM option DISABLE_PAGE_SKIPPING cannot be used with FULL');
    throw unsupported('VACUUM FULL');
  }
  return {
    vacuum: isVacuum,
    analyze: !isVacuum || has('analyze'),
    freeze: has('freeze'),
    verbose: has('verbose'),
    skipLocked: has('skip_locked'),
    disablePageSkipping: has('disable_page_skipping'),
    indexCleanup,
    truncate: given.get('truncate') ?? true,
    logMinDurationMs: -1,
  };
}

function refuseUnknown({ defname, location }: DefElem, isVacuum: boolean): void {
  const known = isVacuum ? [...COMMON, ...OF_VACUUM, 'parallel'] : COMMON;
  if (known.includes(defname!)) return;
  const command = isVacuum ? 'VACUUM' : 'ANALYZE';
  throw error(SqlState.syntaxError, `unrecognized ${command} option "${defname}"`, at(location));
}

interface ConstantBody {
  readonly sval?: string;
  readonly ival?: number;
  readonly boolval?: boolean;
}

/** defGetBoolean: absent, a number 0 or 1, or a word. */
function booleanOf({ defname, arg }: DefElem): boolean {
  if (!arg) return true;
  const { sval, ival, boolval } = bodyOf(arg) as ConstantBody;
  if (boolval !== undefined) return boolval;
  if (sval === undefined && (ival === undefined || ival === 0 || ival === 1)) return ival === 1;
  if (sval !== undefined && /^(true|on)$/i.test(sval)) return true;
  if (sval !== undefined && /^(false|off)$/i.test(sval)) return false;
  throw error(SqlState.syntaxError, `${defname} requires a Boolean value`);
}

function cleanupOf(option: DefElem): VacuumOptions['indexCleanup'] {
  if (!option.arg) return 'auto';
  if ((bodyOf(option.arg) as ConstantBody).sval?.toLowerCase() === 'auto') return 'auto';
  return booleanOf(option) ? 'on' : 'off';
}

/** Vacuum works alone; how many it could have to help it is checked and then does not matter. */
function workersOf({ arg, location }: DefElem): number {
  if (!arg) {
    const message = `parallel option requires a value between 0 and ${MOST_PARALLEL_WORKERS}`;
    throw error(SqlState.syntaxError, message, at(location));
  }
  const { sval, ival = 0 } = bodyOf(arg) as ConstantBody;
  if (sval !== undefined) throw error(SqlState.syntaxError, 'parallel requires an integer value');
  if (ival < 0 || ival > MOST_PARALLEL_WORKERS) {
    const message = `parallel workers for vacuum must be between 0 and ${MOST_PARALLEL_WORKERS}`;
    throw error(SqlState.syntaxError, message, at(location));
  }
  return ival;
}
