import type { DefElem, Node, TransactionStmt, VariableSetStmt } from '@pgsql/types';
import type { Requester } from '../../access/two-phase/prepared-table.js';
import { bodyOf, unsupported } from '../parse/nodes.js';
import { isolationFrom, type BlockModes } from '../session/transaction-block.js';
import type { Command, CommandContext, CommandResult } from './command.js';

/** BEGIN, COMMIT, ROLLBACK and their spellings; savepoints; two-phase commit. */
export const transactionCommand: Command<TransactionStmt> = {
  endsBlock: ({ kind }) => ENDS.has(kind!),
  run(context, body) {
    const { block } = context;
    switch (body.kind) {
      case 'TRANS_STMT_BEGIN':
      case 'TRANS_STMT_START':
        block.begin(modesFrom(body.options));
        return { tag: body.kind === 'TRANS_STMT_BEGIN' ? 'BEGIN' : 'START TRANSACTION' };
      case 'TRANS_STMT_COMMIT':
        return { tag: block.commit(body.chain) };
      case 'TRANS_STMT_ROLLBACK':
        block.rollback(body.chain);
        return { tag: 'ROLLBACK' };
      case 'TRANS_STMT_SAVEPOINT':
        block.savepoint(body.savepoint_name!);
        return { tag: 'SAVEPOINT' };
      case 'TRANS_STMT_RELEASE':
        block.release(body.savepoint_name!);
        return { tag: 'RELEASE' };
      case 'TRANS_STMT_ROLLBACK_TO':
        block.rollbackTo(body.savepoint_name!);
        return { tag: 'ROLLBACK' };
      case 'TRANS_STMT_PREPARE':
        return { tag: block.prepare(body.gid ?? '', requester(context)) };
      case 'TRANS_STMT_COMMIT_PREPARED':
        return finishPrepared(context, body.gid ?? '', 'COMMIT PREPARED');
      case 'TRANS_STMT_ROLLBACK_PREPARED':
        return finishPrepared(context, body.gid ?? '', 'ROLLBACK PREPARED');
      default:
        throw unsupported('this transaction command');
    }
  },
};

/** What a failed block accepts. */
const ENDS: ReadonlySet<string> = new Set([
  'TRANS_STMT_COMMIT',
  'TRANS_STMT_ROLLBACK',
  'TRANS_STMT_ROLLBACK_TO',
  'TRANS_STMT_PREPARE',
]);

function finishPrepared(
  context: CommandContext,
  gid: string,
  tag: 'COMMIT PREPARED' | 'ROLLBACK PREPARED',
): CommandResult {
  const { block, catalog, engine } = context;
  block.refuseInBlock(tag);
  engine.access.twoPhase.finish(gid, tag === 'COMMIT PREPARED', requester(context), () =>
    catalog.cache.changedElsewhere(),
  );
  return { tag };
}

function requester({ identity }: CommandContext): Requester {
  return { role: identity.roleOid, isSuperuser: identity.superuser, database: identity.databaseOid };
}

interface Modes {
  isolation?: string;
  readOnly?: boolean;
}

/** The modes listed after BEGIN or SET TRANSACTION. DEFERRABLE means nothing without SERIALIZABLE. */
export function modesFrom(options: readonly Node[] | undefined): BlockModes {
  const modes: Modes = {};
  for (const option of options ?? []) {
    const { defname, arg } = bodyOf(option) as DefElem;
    const constant = (arg as Extract<Node, { A_Const: unknown }>).A_Const;
    if (defname === 'transaction_isolation') modes.isolation = constant.sval!.sval;
    if (defname === 'transaction_read_only') modes.readOnly = (constant.ival?.ival ?? 0) !== 0;
  }
  return {
    isolation: modes.isolation === undefined ? undefined : isolationFrom(modes.isolation),
    readOnly: modes.readOnly,
  };
}

/** SET TRANSACTION and SET SESSION CHARACTERISTICS AS TRANSACTION. */
export function setTransactionModes(context: CommandContext, body: VariableSetStmt): CommandResult {
  if (body.name === 'TRANSACTION SNAPSHOT') throw unsupported('SET TRANSACTION SNAPSHOT');
  const modes = modesFrom(body.args);
  if (body.name === 'TRANSACTION') {
    if (context.block.status !== 'T') {
      context.notice({
        severity: 'WARNING',
        sqlState: '25P01',
        message: 'SET TRANSACTION can only be used in transaction blocks',
      });
    }
    context.block.setModes(modes);
    return { tag: 'SET' };
  }
  if (modes.isolation) context.settings.change('default_transaction_isolation', modes.isolation, false);
  if (modes.readOnly !== undefined)
    context.settings.change('default_transaction_read_only', modes.readOnly ? 'on' : 'off', false);
  return { tag: 'SET' };
}
