import type { Notice } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Engine } from '../engine.js';
import type { CallEnvironment } from '../functions/environment.js';

/** What functions and views that look into the engine are given. */
export interface SystemEnvironment extends CallEnvironment {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly isSuperuser: boolean;
  /** Sends a notice to the client. */
  notice(notice: Notice): void;
  /** SET and set_config(): checks, applies, and reports a setting. `isLocal`: until the transaction ends. */
  changeSetting(name: string, value: string | null, isLocal: boolean): void;
}
