import type { Node, VariableSetStmt, VariableShowStmt } from '@pgsql/types';
import type { SettingName } from '../../base/settings/settings-table.js';
import { settingDefinition } from '../../base/settings/settings.js';
import { quoteName } from '../analyse/deparse.js';
import { bodyOf, unsupported } from '../parse/nodes.js';
import { requireSetting } from '../session/session-settings.js';
import { isolationFrom } from '../session/transaction-block.js';
import { settingNames } from '../views/settings.js';
import { textColumn, type Command, type CommandContext, type CommandResult } from './command.js';
import { setTransactionModes } from './transactions.js';

/** Names the grammar or users give to settings that are something else here. */
const ALIASES: Record<string, string> = { timezone: 'TimeZone' };

export const setCommand: Command<VariableSetStmt> = {
  run(context, body) {
    switch (body.kind) {
      case 'VAR_SET_MULTI':
        return setTransactionModes(context, body);
      case 'VAR_RESET_ALL':
        context.settings.resetAll();
        return { tag: 'RESET' };
      case 'VAR_RESET':
      case 'VAR_SET_DEFAULT':
        change(context, body, null);
        return { tag: body.kind === 'VAR_RESET' ? 'RESET' : 'SET' };
      case 'VAR_SET_VALUE':
        change(context, body, valueText(body));
        return { tag: 'SET' };
      default:
        throw unsupported('SET FROM CURRENT');
    }
  },
};

function change(context: CommandContext, body: VariableSetStmt, value: string | null): void {
  const name = ALIASES[body.name!] ?? body.name!;
  if (body.is_local && context.block.status !== 'T') {
    context.notice({
      severity: 'WARNING',
      sqlState: '25P01',
      message: 'SET LOCAL can only be used in transaction blocks',
    });
  }
  if (name === 'role' || name === 'session_authorization') throw unsupported(`SET ${name}`);
  if (name === 'transaction_isolation' && value !== null) context.block.setModes({ isolation: isolationFrom(value) });
  else if (name === 'transaction_read_only' && value !== null)
    context.block.setModes({ readOnly: /^(on|true|yes|1)$/i.test(value) });
  else context.settings.change(name, value, body.is_local === true);
}

/** The words after the equals sign, as one text: names in a list are quoted where they need it. */
function valueText({ name, args = [] }: VariableSetStmt): string {
  const isList = name === 'search_path' || name === 'datestyle' || args.length > 1;
  return args.map((arg) => argumentText(arg, isList && name === 'search_path')).join(', ');
}

function argumentText(node: Node, asName: boolean): string {
  if ('TypeCast' in node) return argumentText(node.TypeCast.arg!, asName);
  if (!('A_Const' in node)) throw unsupported('this kind of value in SET', bodyOf(node).location as number);
  const { ival, fval, boolval, sval } = node.A_Const;
  if (sval) return asName ? quoteName(sval.sval ?? '') : (sval.sval ?? '');
  if (boolval) return boolval.boolval ? 'on' : 'off';
  return ival ? String(ival.ival ?? 0) : fval!.fval!;
}

export const showCommand: Command<VariableShowStmt> = {
  columns(_context, body) {
    if (body.name === 'all') return ['name', 'setting', 'description'].map(textColumn);
    return [textColumn(requireSetting(ALIASES[body.name!] ?? body.name!))];
  },
  run(context, body): CommandResult {
    const columns = this.columns!(context, body)!;
    if (body.name === 'all')
      return {
        tag: 'SHOW',
        columns,
        rows: settingNames().map((name) => [name, shown(context, name), settingDefinition(name).about]),
      };
    return { tag: 'SHOW', columns, rows: [[shown(context, columns[0].name as SettingName)]] };
  },
};

function shown({ settings, engine }: CommandContext, name: SettingName): string {
  const { transactions } = engine.access;
  if (name === 'transaction_isolation') return transactions.isolation;
  if (name === 'transaction_read_only') return transactions.isReadOnly ? 'on' : 'off';
  return settings.values.show(name);
}
