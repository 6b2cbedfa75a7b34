import type { DefElem, ExplainStmt } from '@pgsql/types';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { isPlannable } from '../analyse/statement.js';
import type { PlanNode } from '../execute/plan-node.js';
import { bodyOf, unsupported } from '../parse/nodes.js';
import { planStatement, type PlannedStatement } from '../plan/planned-statement.js';
import { executeToEnd } from '../session/execution.js';
import { textColumn, type Command, type CommandContext, type CommandResult } from './command.js';

/** EXPLAIN: the shape of the plan as text. Costs are not estimated; ANALYZE adds what really happened. */
export const explainCommand: Command<ExplainStmt> = {
  columns: () => [textColumn('QUERY PLAN')],
  run(context, body): CommandResult {
    const analyze = optionOf(body, 'analyze');
    const started = context.engine.os.clock.monotonic();
    if (!isPlannable(body.query!)) throw unsupported('EXPLAIN of this statement');
    const planned = planStatement(context.planning, body.query!, [], false);
    const planningMs = context.engine.os.clock.monotonic() - started;
    const lines = planLines(planned.node);
    if (analyze) lines.push(...analysis(context, planned, planningMs, lines));
    return { tag: 'EXPLAIN', columns: [textColumn('QUERY PLAN')], rows: lines.map((line) => [line]) };
  },
};

const OPTIONS = new Set(['analyze', 'verbose', 'costs', 'settings', 'buffers', 'wal', 'timing', 'summary', 'format']);

function optionOf({ options = [] }: ExplainStmt, wanted: string): boolean {
  let found = false;
  for (const node of options) {
    const { defname, arg } = bodyOf(node) as DefElem;
    if (!OPTIONS.has(defname!)) throw error(SqlState.syntaxError, `unrecognized EXPLAIN option "${defname}"`);
    const value = arg && (bodyOf(arg) as { sval?: string }).sval;
    if (defname === 'format' && value !== 'text') throw unsupported(`EXPLAIN (FORMAT ${value?.toUpperCase()})`);
    if (defname === wanted) found = value === undefined || !/^(off|false|0)$/i.test(value);
  }
  return found;
}

export function planLines(node: PlanNode, depth = 0): string[] {
  const { title, details = [], children = [] } = node.explain();
  const indent = depth === 0 ? '' : ' '.repeat(6 * depth - 4);
  const detailIndent = ' '.repeat(depth === 0 ? 2 : 6 * depth + 2);
  return [
    depth === 0 ? title : `${indent}->  ${title}`,
    ...details.map((detail) => detailIndent + detail),
    ...children.flatMap((child) => planLines(child, depth + 1)),
  ];
}

function analysis(context: CommandContext, planned: PlannedStatement, planningMs: number, lines: string[]): string[] {
  const started = context.engine.os.clock.monotonic();
  const rows = executeToEnd(context, planned);
  const elapsedMs = context.engine.os.clock.monotonic() - started;
  lines[0] += ` (actual rows=${rows} loops=1)`;
  return [`Planning Time: ${planningMs.toFixed(3)} ms`, `Execution Time: ${elapsedMs.toFixed(3)} ms`];
}
