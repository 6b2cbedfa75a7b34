import type { VacuumCosts } from '../../access/vacuum/cost-delay.js';
import type { Settings } from '../../base/settings/settings.js';

/** Of VACUUM in a session. */
export function vacuumCosts(settings: Settings): VacuumCosts {
  return {
    delayMs: settings.get('vacuum_cost_delay'),
    limit: settings.get('vacuum_cost_limit'),
    ...pageCosts(settings),
  };
}

/** Of one of so many automatic vacuums that share a limit (autovac_balance_cost). */
export function autovacuumCosts(settings: Settings, sharers: number): VacuumCosts {
  const delayMs = settings.get('autovacuum_vacuum_cost_delay');
  const limit = settings.get('autovacuum_vacuum_cost_limit');
  const total = limit > 0 ? limit : settings.get('vacuum_cost_limit');
  return {
    delayMs: delayMs >= 0 ? delayMs : settings.get('vacuum_cost_delay'),
    limit: Math.max(1, Math.floor(total / Math.max(1, sharers))),
    ...pageCosts(settings),
  };
}

function pageCosts(settings: Settings): Pick<VacuumCosts, 'pageHit' | 'pageMiss' | 'pageDirty'> {
  return {
    pageHit: settings.get('vacuum_cost_page_hit'),
    pageMiss: settings.get('vacuum_cost_page_miss'),
    pageDirty: settings.get('vacuum_cost_page_dirty'),
  };
}
