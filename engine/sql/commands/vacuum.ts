import type { VacuumRelation, VacuumStmt } from '@pgsql/types';
import { bodyOf } from '../parse/nodes.js';
import type { Maintenance } from '../vacuum/maintenance.js';
import { vacuumOptions } from '../vacuum/vacuum-options.js';
import { vacuumTables, vacuumTargets } from '../vacuum/vacuum.js';
import type { Command, CommandContext } from './command.js';

/** VACUUM and ANALYZE. */
export const vacuumCommand: Command<VacuumStmt> = {
  run(context, body) {
    const options = vacuumOptions(body);
    const command = options.vacuum ? 'VACUUM' : 'ANALYZE';
    if (options.vacuum) context.block.refuseInBlock(command);
    const relations = (body.rels ?? []).map((node) => bodyOf(node) as VacuumRelation);
    const maintenance = maintenanceOf(context);
    const targets = vacuumTargets(maintenance, relations, options);
    vacuumTables(maintenance, targets, options, context.block.isInBlock);
    return { tag: command };
  },
};

function maintenanceOf({ engine, catalog, environment, identity, block, notice }: CommandContext): Maintenance {
  return {
    engine,
    catalog,
    settings: environment.settings,
    roleOid: identity.roleOid,
    isSuperuser: identity.superuser,
    notice,
    begin: () => block.startStatement(),
    commit: () => block.commitForNext(),
  };
}
