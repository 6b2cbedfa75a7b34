import { Fork, type BlockNumber } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import type { SampledRows } from '../../access/heap/heap-sample.js';
import type { Relation } from '../catalog/relation.js';
import { sampleBlocks } from './block-sampler.js';
import type { Maintenance } from './maintenance.js';
import { AnalyzePhase, AnalyzeProgress } from './progress.js';
import { updateRelationNumbers } from './relation-numbers.js';
import { Reservoir } from './reservoir.js';
import { ResourceUsage } from './resource-usage.js';
import { lockTarget, type VacuumTarget } from './target-relation.js';
import type { VacuumOptions } from './vacuum-options.js';

/** Rows sampled for each unit of the statistics target: a histogram of so many steps is then about right. */
const ROWS_PER_TARGET = 300;
const UINT32_RANGE = 0x1_0000_0000;

/** What a sample of a table's rows says. */
export interface TableSample {
  readonly rows: unknown[][];
  readonly counts: SampledRows;
  readonly pages: number;
  readonly pagesRead: number;
}

/** ANALYZE of one table (commands/analyze.c do_analyze_rel): how many rows there are, by a sample of its pages. */
export function analyzeRelation(context: Maintenance, target: VacuumTarget, options: VacuumOptions): void {
  const locked = lockTarget(context, target, 'analyze', options);
  if (!locked) return;
  const { relation } = locked;
  const { engine } = context;
  const usage = new ResourceUsage(engine);
  const inform = (message: string): void => {
    if (options.verbose) context.notice({ severity: 'INFO', sqlState: SqlState.successfulCompletion, message });
  };
  inform(`analyzing "${relation.schemaName}.${relation.name}"`);
  checkColumns(relation, target.columns ?? []);
  engine.memory.activity.startProgress('ANALYZE', relation.oid);
  try {
    const sample = sampleTable(context, relation);
    inform(describe(relation, sample));
    record(context, relation, sample, options);
  } finally {
    engine.memory.activity.endProgress();
  }
  logIfSlow(context, relation, usage, options);
}

function checkColumns(relation: Relation, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (!relation.columns.some((column) => column.name === name)) {
      throw error(SqlState.undefinedColumn, `column "${name}" of relation "${relation.name}" does not exist`);
    }
    if (names.indexOf(name) === index) continue;
    throw error(SqlState.duplicateColumn, `column "${name}" of relation "${relation.name}" appears more than once`);
  }
}

/** Two stages: blocks at random, and of the rows on them as many as wanted (acquire_sample_rows). */
export function sampleTable({ engine, settings }: Maintenance, { file, layout }: Relation): TableSample {
  const { storage, access, os, memory } = engine;
  const wanted = ROWS_PER_TARGET * settings.get('default_statistics_target');
  const random = (): number => os.random.uint32() / UINT32_RANGE;
  const pages = storage.buffers.blocks(file, Fork.main);
  const reservoir = new Reservoir<unknown[]>(wanted, random);
  const counts: SampledRows = { live: 0, dead: 0 };
  memory.activity.setProgress(AnalyzeProgress.phase, AnalyzePhase.acquiringSample);
  memory.activity.setProgress(AnalyzeProgress.blocksTotal, Math.min(pages, wanted));
  let pagesRead = 0;
  for (const block of sampleBlocks(pages, wanted, random)) {
    access.heap.sample(file, block as BlockNumber, counts, (tuple) => reservoir.offer(() => tuple.values(layout)));
    memory.activity.setProgress(AnalyzeProgress.blocksScanned, ++pagesRead);
  }
  return { rows: reservoir.rows, counts, pages, pagesRead };
}

/** What the pages that were read say of all. */
function estimate({ pages, pagesRead }: TableSample, count: number): number {
  return pagesRead === 0 ? 0 : Math.floor((count / pagesRead) * pages + 0.5);
}

function describe({ name }: Relation, sample: TableSample): string {
  const { rows, counts, pages, pagesRead } = sample;
  return (
    `"${name}": scanned ${pagesRead} of ${pages} pages, containing ${counts.live} live rows and ${counts.dead} dead rows; ` +
    `${rows.length} rows in sample, ${estimate(sample, counts.live)} estimated total rows`
  );
}

function record(context: Maintenance, relation: Relation, sample: TableSample, options: VacuumOptions): void {
  const { access, memory, storage } = context.engine;
  const rows = { live: estimate(sample, sample.counts.live), dead: estimate(sample, sample.counts.dead) };
  memory.activity.setProgress(AnalyzeProgress.phase, AnalyzePhase.finalizing);
  updateRelationNumbers(context, relation.oid, {
    pages: sample.pages,
    tuples: rows.live,
    allVisible: Math.min(sample.pages, access.visibilityMap.count(relation.file).allVisible),
  });
  // A vacuum that went before knows better.
  for (const { oid, shape } of options.vacuum ? [] : relation.indexes) {
    const pages = storage.buffers.blocks(shape.file, Fork.main);
    updateRelationNumbers(context, oid, { pages, tuples: rows.live, allVisible: 0 });
  }
  access.statistics.reportAnalyze(relation.file, relation.oid, rows, options.automatic !== undefined);
}

function logIfSlow(
  { catalog, notice }: Maintenance,
  { schemaName, name }: Relation,
  usage: ResourceUsage,
  { automatic, logMinDurationMs }: VacuumOptions,
): void {
  if (!automatic || logMinDurationMs < 0 || usage.elapsedMs < logMinDurationMs) return;
  const title = `automatic analyze of table "${catalog.identity.database}.${schemaName}.${name}"`;
  const message = [title, ...usage.lines(false)].join('\n');
  notice({ severity: 'LOG', sqlState: SqlState.successfulCompletion, message });
}
