import { Fork, type RelFile } from '../../base/block.js';
import { xidPrecedes } from '../../base/xid.js';
import type { Catalog } from '../catalog/catalog.js';
import type { TableIndex } from '../catalog/table-index.js';
import type { Engine } from '../engine.js';
import type { Parser } from '../parse/parser.js';
import { planCosts, type PlanCosts } from '../plan/plan-costs.js';
import type { PlanningEnvironment } from '../plan/planned-statement.js';
import type { TextEnvironment } from '../types/environment.js';
import type { SessionSettings } from './session-settings.js';

/** What plans are made by in a session. */
export class SessionPlanning implements PlanningEnvironment {
  constructor(
    private readonly engine: Engine,
    readonly catalog: Catalog,
    readonly parser: Parser,
    readonly text: TextEnvironment,
    private readonly settings: SessionSettings,
  ) {}

  get costsVersion(): number {
    return this.settings.planningVersion;
  }

  costs(): PlanCosts {
    return planCosts(this.settings.values);
  }

  filePages(file: RelFile): number {
    return this.engine.storage.buffers.blocks(file, Fork.main);
  }

  seesAllOf({ usableSince }: TableIndex): boolean {
    return usableSince === null || xidPrecedes(usableSince, this.engine.access.transactions.snapshot().xmin);
  }
}
