import type { Notice } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import type { Catalog } from '../catalog/catalog.js';
import { catalogNames } from '../catalog/object-names.js';
import type { Engine } from '../engine.js';
import type { SessionInfo } from '../functions/environment.js';
import type { TimeZone } from '../types/datetime/zone.js';
import { findTimeZone, utc } from '../types/datetime/zone.js';
import type { CatalogNames } from '../types/environment.js';
import { moment } from '../views/moments.js';
import type { SystemEnvironment } from '../views/system-environment.js';
import type { SessionIdentity } from '../session.js';
import type { SessionSettings } from './session-settings.js';

const UINT32_RANGE = 0x1_0000_0000;

/** What functions, views and the text forms of values see of the session they run in. */
export class SessionEnvironment implements SystemEnvironment {
  readonly names: CatalogNames;
  readonly session: SessionInfo;
  readonly isSuperuser: boolean;
  private transactionMoment = 0n;
  private statementMoment = 0n;
  private zone: { readonly name: string; readonly value: TimeZone } = { name: 'UTC', value: utc };

  constructor(
    readonly engine: Engine,
    readonly catalog: Catalog,
    private readonly sessionSettings: SessionSettings,
    identity: SessionIdentity,
    readonly notice: (notice: Notice) => void,
  ) {
    this.names = catalogNames(catalog);
    this.isSuperuser = identity.superuser;
    const version = engine.settings.get('server_version');
    this.session = {
      user: identity.role,
      sessionUser: identity.role,
      database: identity.database,
      version: `PostgreSQL ${version} (Crashwright), 64-bit`,
      searchPath: () => catalog.searchPath.named().map(({ name }) => name),
    };
  }

  get settings(): Settings {
    return this.sessionSettings.values;
  }

  get timeZone(): TimeZone {
    const name = this.settings.get('TimeZone');
    if (this.zone.name !== name) this.zone = { name, value: findTimeZone(name) ?? utc };
    return this.zone.value;
  }

  /** A statement begins, and a transaction with it when none is open. */
  startStatement(isNewTransaction: boolean): void {
    this.statementMoment = this.clockTime();
    if (isNewTransaction) this.transactionMoment = this.statementMoment;
  }

  /** The next transaction may begin within the same statement: COMMIT AND CHAIN. */
  transactionEnded(): void {
    this.transactionMoment = this.statementMoment;
  }

  now(): bigint {
    return this.transactionMoment;
  }

  statementTime(): bigint {
    return this.statementMoment;
  }

  clockTime(): bigint {
    return moment(this.engine.os.clock.now());
  }

  random(): number {
    return this.engine.os.random.uint32() / UINT32_RANGE;
  }

  changeSetting(name: string, value: string | null, isLocal: boolean): void {
    this.sessionSettings.change(name, value, isLocal);
  }
}
