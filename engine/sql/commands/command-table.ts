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

/** What the grammar's node kinds are called, where the name in capitals would not do. */
const NAMES: Readonly<Record<string, string>> = {
  CreateSchemaStmt: 'CREATE SCHEMA',
  CreateSeqStmt: 'CREATE SEQUENCE',
  AlterDatabaseSetStmt: 'ALTER DATABASE SET',
  CreateRoleStmt: 'CREATE ROLE',
  AlterRoleStmt: 'ALTER ROLE',
  DropRoleStmt: 'DROP ROLE',
  CreateTableAsStmt: 'CREATE TABLE AS',
  ViewStmt: 'CREATE VIEW',
  CreateFunctionStmt: 'CREATE FUNCTION',
  CreateTrigStmt: 'CREATE TRIGGER',
  DoStmt: 'DO',
  DeclareCursorStmt: 'DECLARE CURSOR',
  FetchStmt: 'FETCH',
  ClosePortalStmt: 'CLOSE',
  GrantStmt: 'GRANT',
  CommentStmt: 'COMMENT',
  MergeStmt: 'MERGE',
  ListenStmt: 'LISTEN',
  NotifyStmt: 'NOTIFY',
};

export interface BoundCommand {
  readonly command: Command<never>;
  readonly body: never;
}

export function commandFor(node: Node): BoundCommand {
  const kind = kindOf(node);
  const command = commands[kind];
  if (!command)
    throw unsupported(
      NAMES[kind] ??
        kind
          .replace(/Stmt$/, '')
          .replace(/(?!^)([A-Z])/g, ' $1')
          .toUpperCase(),
    );
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
