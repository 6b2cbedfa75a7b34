import type { Node } from '@pgsql/types';
import { isPlannable } from '../analyse/statement.js';
import { bodyOf, kindOf, unsupported } from '../parse/nodes.js';
import { alterDatabaseCommand } from './alter-database.js';
import { alterTableCommand } from './alter-table.js';
import { checkpointCommand } from './checkpoint.js';
import type { Command } from './command.js';
import { createDatabaseCommand } from './create-database.js';
import { copyCommand } from './copy.js';
import { createIndexCommand } from './create-index.js';
import { createTableCommand } from './create-table.js';
import { dropDatabaseCommand } from './drop-database.js';
import { dropCommand } from './drop.js';
import { explainCommand } from './explain.js';
import { deallocateCommand, discardCommand, executeCommand, prepareCommand } from './prepared.js';
import { setCommand, showCommand } from './settings.js';
import { reindexCommand } from './reindex.js';
import { renameCommand } from './rename.js';
import { statementName } from './statement-names.js';
import { lockCommand, truncateCommand } from './tables.js';
import { transactionCommand } from './transactions.js';
import { vacuumCommand } from './vacuum.js';

/** Every command: a statement that is not planned. All that is not listed raises 0A000. */
const commands: Readonly<Record<string, Command<never>>> = {
  TransactionStmt: transactionCommand,
  CreateStmt: createTableCommand,
  IndexStmt: createIndexCommand,
  ReindexStmt: reindexCommand,
  CreatedbStmt: createDatabaseCommand,
  DropdbStmt: dropDatabaseCommand,
  AlterDatabaseStmt: alterDatabaseCommand,
  DropStmt: dropCommand,
  TruncateStmt: truncateCommand,
  AlterTableStmt: alterTableCommand,
  RenameStmt: renameCommand,
  LockStmt: lockCommand,
  VariableSetStmt: setCommand,
  VariableShowStmt: showCommand,
  CheckPointStmt: checkpointCommand,
  CopyStmt: copyCommand,
  VacuumStmt: vacuumCommand,
  ExplainStmt: explainCommand,
  PrepareStmt: prepareCommand,
  ExecuteStmt: executeCommand,
  DeallocateStmt: deallocateCommand,
  DiscardStmt: discardCommand,
};

export interface BoundCommand {
  readonly command: Command<never>;
  readonly body: never;
}

export function commandFor(node: Node): BoundCommand {
  const kind = kindOf(node);
  const command = commands[kind];
  if (!command) throw unsupported(statementName(node));
  return { command, body: bodyOf(node) as never };
}

/** Does the statement end a transaction block? Then it may run in a failed one. */
export function endsBlock(node: Node): boolean {
  if (isPlannable(node)) return false;
  const bound = findCommand(node);
  return bound?.command.endsBlock?.(bound.body) ?? false;
}

function findCommand(node: Node): BoundCommand | undefined {
  try {
    return commandFor(node);
  } catch {
    return undefined;
  }
}
