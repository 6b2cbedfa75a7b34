import { absentHere } from '../absent.js';
import { unsupported } from '../parse/nodes.js';
import { error, type Notice } from '../../base/errors.js';
import { settingsTable, type SettingName } from '../../base/settings/settings-table.js';
import {
  findSetting,
  parseSetting,
  settingDefinition,
  type Settings,
  type SettingSource,
} from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
import { planningSettings } from '../plan/plan-costs.js';
import { normaliseSetting } from './setting-values.js';

type Value = boolean | number | string;

/** What a transaction, or one level of it, did to a setting: what it was before, and what a plain SET made of it. */
interface Change {
  readonly before: Value | undefined;
  session: Value | undefined;
}

export interface SettingCallbacks {
  notice(notice: Notice): void;
  parameterStatus(name: string, value: string): void;
}

/** Settings that the layers below the session read from the process's own. */
const READ_BELOW: ReadonlySet<SettingName> = new Set(['lock_timeout', 'deadlock_timeout', 'commit_delay']);

/**
 * A session's settings: SET lasts, unless its transaction aborts; SET LOCAL lasts until the transaction ends (utils/misc/
 * guc.c).
 */
export class SessionSettings {
  readonly values: Settings;
  /** Moves when a setting changes that plans are weighed by. */
  planningVersion = 0;
  /** What was set when the first statement came: by the client as it connected. */
  private baseline: Map<SettingName, Value> | undefined;
  /** What the transaction changed, and each subtransaction it is in. */
  private levels: Map<SettingName, Change>[] = [new Map()];
  private readonly processValues = new Map<SettingName, { value: Value; source: SettingSource }>();

  constructor(
    private readonly process: Settings,
    private readonly isSuperuser: boolean,
    private readonly callbacks: SettingCallbacks,
  ) {
    this.values = process.layer();
    for (const name of READ_BELOW)
      this.processValues.set(name, { value: process.get(name), source: process.sourceOf(name) });
  }

  /** The session begins: RESET goes back to what is in force now. */
  noteBaseline(): void {
    if (this.baseline) return;
    this.baseline = new Map();
    for (const name of Object.keys(settingsTable) as SettingName[]) {
      const value = this.values.own(name);
      if (value !== undefined) this.baseline.set(name, value);
    }
  }

  /** The process's own settings as they were before this session. */
  restoreProcess(): void {
    for (const [name, { value, source }] of this.processValues) this.process.set(name, value, source);
  }

  /** SET, SET LOCAL, RESET (`text` null). */
  change(name: string, text: string | null, isLocal: boolean): void {
    const known = requireSetting(name);
    this.refuseContext(known);
    const value = text === null ? this.baseline?.get(known) : this.parse(known, text);
    const change = this.noteChange(known);
    if (!isLocal) change.session = value;
    this.apply(known, value);
  }

  resetAll(): void {
    for (const name of Object.keys(settingsTable) as SettingName[]) {
      if (this.values.own(name) !== undefined) this.change(name, null, false);
    }
  }

  /** At the end of a transaction. */
  settle(committed: boolean): void {
    while (this.levels.length > 1) {
      if (committed) this.releaseSub();
      else this.undoSub();
    }
    for (const [name, { before, session }] of this.levels[0]) this.restore(name, committed ? session : before);
    this.levels[0].clear();
  }

  beginSub(): void {
    this.levels.push(new Map());
  }

  /** A subtransaction ended well: its changes count as the surrounding level's. SET LOCAL lasts as long as the whole. */
  releaseSub(): void {
    const outer = this.levels[this.levels.length - 2];
    for (const [name, change] of this.levels.pop()!) {
      const known = outer.get(name);
      if (known) known.session = change.session;
      else outer.set(name, change);
    }
  }

  undoSub(): void {
    for (const [name, { before }] of this.levels.pop()!) this.restore(name, before);
  }

  /** All settings that the client is told of, for the start of a connection. */
  reported(): [name: string, value: string][] {
    const names = Object.keys(settingsTable) as SettingName[];
    return names.filter((name) => settingDefinition(name).reported).map((name) => [name, this.values.show(name)]);
  }

  private noteChange(name: SettingName): Change {
    const level = this.levels[this.levels.length - 1];
    let change = level.get(name);
    if (!change) level.set(name, (change = { before: this.values.own(name), session: this.sessionValue(name) }));
    return change;
  }

  /** What a commit would leave in force. */
  private sessionValue(name: SettingName): Value | undefined {
    const change = this.levels.findLast((level) => level.has(name))?.get(name);
    return change ? change.session : this.values.own(name);
  }

  private restore(name: SettingName, value: Value | undefined): void {
    if (this.values.own(name) !== value) this.apply(name, value);
  }

  private parse(name: SettingName, text: string): Value {
    return parseSetting(name, normaliseSetting(name, text));
  }

  private apply(name: SettingName, value: Value | undefined): void {
    const before = this.values.show(name);
    if (value === undefined) this.values.reset(name);
    else this.values.set(name, value, 'session');
    this.applyBelow(name, value);
    if (planningSettings.has(name)) this.planningVersion++;
    const after = this.values.show(name);
    if (settingDefinition(name).reported && after !== before) this.callbacks.parameterStatus(name, after);
  }

  private applyBelow(name: SettingName, value: Value | undefined): void {
    const base = this.processValues.get(name);
    if (!base) return;
    if (value === undefined) this.process.set(name, base.value, base.source);
    else this.process.set(name, value, 'session');
  }

  private refuseContext(name: SettingName): void {
    const { context } = settingDefinition(name);
    const refuse = (why: string): Error =>
      error(SqlState.cantChangeRuntimeParam, `parameter "${name}" cannot be changed${why}`);
    if (context === 'internal') throw refuse('');
    if (context === 'postmaster') throw refuse(' without restarting the server');
    if (context === 'sighup') throw refuse(' now');
    if (context === 'superuser' && !this.isSuperuser) {
      throw error(SqlState.insufficientPrivilege, `permission denied to set parameter "${name}"`);
    }
  }
}

export function requireSetting(name: string): SettingName {
  const found = findSetting(name);
  if (found) return found;
  if (name.includes('.')) throw unsupported(`the parameter ${name}`);
  throw (
    absentHere('parameter', name) ?? error(SqlState.undefinedObject, `unrecognized configuration parameter "${name}"`)
  );
}
