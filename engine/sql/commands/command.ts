import type { Notice } from '../../base/errors.js';
import type { Catalog } from '../catalog/catalog.js';
import type { CopyEvents } from '../copy/copy-from.js';
import type { Engine } from '../engine.js';
import type { Parser } from '../parse/parser.js';
import type { PlanningEnvironment } from '../plan/planned-statement.js';
import type { OpenPortals } from '../session/open-portals.js';
import type { PreparedStatements } from '../session/prepared-statements.js';
import type { SessionSettings } from '../session/session-settings.js';
import type { TransactionBlock } from '../session/transaction-block.js';
import type { SessionEnvironment } from '../session/session-environment.js';
import type { SessionIdentity } from '../session.js';
import type { OutputColumn } from '../analyse/query.js';

/** What a command works with. */
export interface CommandContext {
  readonly engine: Engine;
  readonly identity: SessionIdentity;
  readonly catalog: Catalog;
  readonly parser: Parser;
  readonly block: TransactionBlock;
  readonly settings: SessionSettings;
  readonly environment: SessionEnvironment;
  readonly planning: PlanningEnvironment;
  readonly prepared: PreparedStatements;
  readonly portals: OpenPortals;
  notice(notice: Notice): void;
}

interface Described {
  readonly columns?: readonly OutputColumn[];
}

/** A tag and perhaps rows that are at hand; or something still to run, which ends with the tag. */
export type CommandResult = Described &
  (
    | {
        readonly tag: string;
        readonly rows?: Iterable<unknown[]>;
        readonly run?: undefined;
        readonly events?: undefined;
      }
    | { readonly run: Generator<unknown[], string>; readonly events?: undefined }
    | { readonly events: CopyEvents }
  );

/** How a command treats the transaction it runs in. */
export interface Command<Body> {
  run(context: CommandContext, body: Body): CommandResult;
  /** Its result columns, known without running it. */
  columns?(context: CommandContext, body: Body): readonly OutputColumn[] | null;
  /** Accepted in a failed transaction block. */
  readonly endsBlock?: (body: Body) => boolean;
  /** Name for the error when it is run in a read-only transaction; absent: it is allowed there. */
  readonly writes?: string;
}

export function textColumn(name: string): OutputColumn {
  return { name, type: 25, typmod: -1, table: 0, attribute: 0 };
}
