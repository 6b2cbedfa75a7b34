import type { Oid } from '../../base/block.js';
import type { Notice } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Engine } from '../engine.js';

/** What vacuum and analyze work with, in a session or in an autovacuum worker. */
export interface Maintenance {
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly settings: Settings;
  readonly roleOid: Oid;
  readonly isSuperuser: boolean;
  notice(notice: Notice): void;
  /** Each table is vacuumed in a transaction of its own. */
  begin(): void;
  commit(): void;
}
