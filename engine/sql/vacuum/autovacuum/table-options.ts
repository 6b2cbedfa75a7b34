/** What a table's storage parameters say of autovacuum; undefined: the settings decide (utils/rel.h AutoVacOpts). */
export interface TableOptions {
  readonly enabled: boolean;
  readonly vacuumThreshold?: number;
  readonly vacuumScaleFactor?: number;
  readonly insertThreshold?: number;
  readonly insertScaleFactor?: number;
  readonly analyzeThreshold?: number;
  readonly analyzeScaleFactor?: number;
  readonly freezeMaxAge?: number;
}

/** Of pg_class.reloptions: `name=value` each. */
export function tableOptions(texts: readonly string[]): TableOptions {
  const given = new Map(texts.map((text) => text.split('=', 2) as [string, string]));
  const number = (name: string): number | undefined => {
    const text = given.get(`autovacuum_${name}`);
    return text === undefined ? undefined : Number(text);
  };
  return {
    enabled: !/^(off|false|no|0)$/i.test(given.get('autovacuum_enabled') ?? 'on'),
    vacuumThreshold: number('vacuum_threshold'),
    vacuumScaleFactor: number('vacuum_scale_factor'),
    insertThreshold: number('vacuum_insert_threshold'),
    insertScaleFactor: number('vacuum_insert_scale_factor'),
    analyzeThreshold: number('analyze_threshold'),
    analyzeScaleFactor: number('analyze_scale_factor'),
    freezeMaxAge: number('freeze_max_age'),
  };
}
