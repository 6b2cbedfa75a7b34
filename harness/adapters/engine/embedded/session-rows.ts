import type { Session } from '../../../../engine/sql/session.js';
import { types } from '../../../../engine/sql/types/type-table.js';
import type { Row } from '../../../workloads/workload.js';
import { SimulatedError } from '../../simulated-target.js';

/** int8, int2, int4, oid, float4, float8: other types, such as pg_lsn, may be numbers inside the engine only. */
const NUMBER_OIDS = new Set([20, 21, 23, 26, 700, 701]);

/**
 * Runs SQL text in a session inside this process; values come as a client's driver gives them: numbers and texts. `input`:
 * what COPY FROM STDIN reads.
 */
export function queryRows(session: Session, sql: string, input = ''): Row[] {
  try {
    let names: string[] = [];
    let oids: number[] = [];
    let rows: Row[] = [];
    const pieces = [Buffer.from(input)];
    const events = session.simpleQuery(sql);
    for (let step = events.next(); step.done !== true;) {
      const event = step.value;
      if (event.kind === 'columns') {
        names = event.columns.map(({ name }) => name);
        oids = event.columns.map(({ typeOid }) => typeOid);
        rows = [];
      } else if (event.kind === 'row') {
        const row: Row = {};
        event.values.forEach((value, index) => (row[names[index]] = plainValue(session, value, oids[index])));
        rows.push(row);
      }
      step = event.kind === 'copy-wanted' ? events.next(pieces.shift() ?? null) : events.next();
    }
    return rows;
  } catch (thrown) {
    const told = session.failed(thrown);
    throw new SimulatedError(told.severity, told.sqlState, told.message, {
      cause: thrown,
      detail: told.details.detail,
    });
  }
}

function plainValue(session: Session, value: unknown, oid: number): unknown {
  if (value === null || typeof value === 'string' || (typeof value === 'number' && NUMBER_OIDS.has(oid))) return value;
  return types.byOid(oid).output(value, session.textEnvironment());
}
