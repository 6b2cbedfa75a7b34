import type { DefElem, Node, TransactionStmt, VariableSetStmt } from '@pgsql/types';
import { bodyOf, unsupported } from '../parse/nodes.js';
import { isolationFrom, type BlockModes } from '../session/transaction-block.js';
import type { Command, CommandContext, CommandResult } from './command.js';

/** BEGIN, COMMIT, ROLLBACK and their spellings. Savepoints and two-phase commit are not there. */
export const transactionCommand: Command<TransactionStmt> = {
  endsBlock: ({ kind }) => kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK',
  run(context, body) {
    switch (body.kind) {
      case 'TRANS_STMT_BEGIN':
      case 'TRANS_STMT_START':
        context.block.begin(modesFrom(body.options));
        return { tag: body.kind === 'TRANS_STMT_BEGIN' ? 'BEGIN' : 'START TRANSACTION' };
      case 'TRANS_STMT_COMMIT':
        refuseChain(body);
        return { tag: context.block.commit() };
      case 'TRANS_STMT_ROLLBACK':
        refuseChain(body);
        context.block.rollback();
        return { tag: 'ROLLBACK' };
      default:
        throw unsupported(KINDS[body.kind!] ?? 'this transaction command');
    }
  },
};

const KINDS: Partial<Record<string, string>> = {
  TRANS_STMT_SAVEPOINT: 'SAVEPOINT',
  TRANS_STMT_RELEASE: 'RELEASE SAVEPOINT',
  TRANS_STMT_ROLLBACK_TO: 'ROLLBACK TO SAVEPOINT',
  TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
  TRANS_STMT_COMMIT_PREPARED: 'COMMIT PREPARED',
  TRANS_STMT_ROLLBACK_PREPARED: 'ROLLBACK PREPARED',
};

function refuseChain({ chain, kind }: TransactionStmt): void {
  if (chain) throw unsupported(`${kind === 'TRANS_STMT_COMMIT' ? 'COMMIT' : 'ROLLBACK'} AND CHAIN`);
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
