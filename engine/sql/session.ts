import type { Oid } from '../base/block.js';
import type { Notice, PgError } from '../base/errors.js';
import type { Settings } from '../base/settings/settings.js';
import type { Engine } from './engine.js';
import type { TextEnvironment } from './types/environment.js';

/** One column of a result, as RowDescription tells it. `tableOid` and `attribute` are 0 for computed columns. */
export interface ColumnDescription {
  readonly name: string;
  readonly tableOid: Oid;
  readonly attribute: number;
  readonly typeOid: Oid;
  /** pg_type.typlen: -1 varlena, -2 C string. */
  readonly typeLength: number;
  /** -1 when there is none. */
  readonly typeModifier: number;
}

/** What running SQL yields, in protocol order. Row values are JS values as sql/types defines them, null for NULL. */
export type SessionEvent =
  | { readonly kind: 'columns'; readonly columns: readonly ColumnDescription[] }
  | { readonly kind: 'row'; readonly values: unknown[] }
  | { readonly kind: 'complete'; readonly tag: string }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'empty' };

export interface SessionIdentity {
  readonly database: string;
  readonly databaseOid: Oid;
  readonly role: string;
  readonly roleOid: Oid;
  readonly superuser: boolean;
}

export interface SessionCallbacks {
  notice(notice: Notice): void;
  /** A reported setting changed. */
  parameterStatus(name: string, value: string): void;
}

export interface PreparedStatement {
  readonly text: string;
  readonly parameterTypes: readonly Oid[];
  /** null when the statement returns no rows. */
  readonly columns: readonly ColumnDescription[] | null;
}

export interface Portal {
  readonly columns: readonly ColumnDescription[] | null;
  /** Runs on. `maxRows` 0: to the end. The last event is 'complete', 'suspended' or 'empty'. */
  run(maxRows: number): Generator<SessionEvent>;
  close(): void;
}

/** I idle, T in a transaction block, E in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** One client's session on one database: transaction blocks, settings, statements. */
export declare class Session {
  constructor(engine: Engine, identity: SessionIdentity, callbacks: SessionCallbacks);
  readonly settings: Settings;
  readonly status: TransactionStatus;
  /** Runs a simple-protocol query string. On a throw the caller must call `failed`. */
  simpleQuery(sql: string): Generator<SessionEvent>;
  /** `parameterTypes`: 0 or missing entries are inferred. */
  parse(sql: string, parameterTypes: readonly Oid[]): PreparedStatement;
  bind(statement: PreparedStatement, values: readonly unknown[]): Portal;
  /** At Sync: ends the implicit transaction of the extended protocol. */
  finishImplicit(): void;
  /** After any throw: aborts the statement's transaction, frees its resources; returns the error for the client. */
  failed(thrown: unknown): PgError;
  /** What the text forms of some types depend on, as this session's settings and search path have it now. */
  textEnvironment(): TextEnvironment;
  /** Aborts what is open. */
  close(): void;
}

/** What a login needs to know of a role and a database. */
export interface LoginFacts {
  readonly databaseOid: Oid;
  readonly roleOid: Oid;
  readonly superuser: boolean;
  /** pg_authid.rolpassword; null when there is none. */
  readonly passwordVerifier: string | null;
}

/** Raises 28000 when the role does not exist or may not log in, 3D000 when the database does not exist. */
export declare function lookUpLogin(engine: Engine, database: string, role: string): LoginFacts;

/** Loads the SQL parser (WebAssembly). Must be awaited once in a process before its first Session is used. */
export declare function loadParser(): Promise<void>;

/** Fills a cluster that `createCluster` made with its catalogs and databases, frozen; by `init`, with nobody else there. */
export declare function bootstrapCatalogs(
  engine: Engine,
  options: { readonly superuser: string; readonly passwordVerifier: string },
): void;
