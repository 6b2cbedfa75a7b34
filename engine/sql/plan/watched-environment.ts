import type { TimeZone } from '../types/datetime/zone.js';
import type { CatalogNames, TextEnvironment } from '../types/environment.js';

/** Notes whether any literal was read by the light of the session. */
export class WatchedEnvironment implements TextEnvironment {
  isUsed = false;

  constructor(private readonly environment: TextEnvironment) {}

  get timeZone(): TimeZone | undefined {
    return this.used().timeZone;
  }

  get now(): TextEnvironment['now'] {
    const environment = this.used();
    return environment.now && (() => environment.now!());
  }

  get names(): CatalogNames | undefined {
    return this.used().names;
  }

  private used(): TextEnvironment {
    this.isUsed = true;
    return this.environment;
  }
}
