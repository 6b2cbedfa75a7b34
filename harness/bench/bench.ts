import { dir } from 'tmp-promise';
import type { Contender } from './contender.js';
import { CRASH_STATES, crashStates } from './crash-states.js';
import { EngineContender } from './engine-contender.js';
import type { Measurement } from './measurement.js';
import { measurements } from './measurements.js';
import { PostgresContender, postgresIsInstalled } from './postgres-contender.js';
import { EngineStage, PostgresStage } from './wraparound-stages.js';
import { playWraparound, wraparoundTable } from './wraparound.js';

/**
 * The engine beside PostgreSQL 15: same disk, same run, both with fsync=on.
 *
 * The two take turns within each measurement, so that a machine that speeds up or slows down does so for both. Prints the
 * median of the rounds and the ratio (engine : PostgreSQL). Crash states have nothing to be compared with.
 */
const ROUNDS = 3;
const FIRST_PORT = 54_410;
const WRAPAROUND = 'wraparound';

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function compare(measurement: Measurement, contenders: Contender[]): Promise<void> {
  const rounds: number[][] = contenders.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contender] of contenders.entries()) rounds[index].push(await measurement.measure(contender));
  }
  const [engine, reference] = rounds.map(median);
  const figures = [engine, reference].map((value) => value.toFixed(value < 100 ? 1 : 0).padStart(10)).join('  ');
  const ratio = `${(engine / reference).toFixed(2)}x ${measurement.lowerIsBetter ? '(lower is better)' : '(higher is better)'}`;
  console.log(`${measurement.label.padEnd(32)}${figures}  ${measurement.unit.padEnd(10)} ${ratio}`);
}

/** Is it the one that was asked for? `crash-states` means the same as `crash states`. */
function isChosen(label: string): boolean {
  const word = process.argv[2] ?? '';
  return label.includes(word) || label.includes(word.replaceAll('-', ' '));
}

async function main(): Promise<number> {
  const chosen = measurements.filter(({ label }) => isChosen(label));
  if (chosen.length > 0) {
    const exitCode = await compareAll(chosen);
    if (exitCode !== 0) return exitCode;
  }
  if (isChosen(CRASH_STATES)) await crashStates();
  if (process.argv[2] === WRAPAROUND) await compareWraparound();
  return 0;
}

/** What clients are told where transaction ids run out; only when asked for by name, for it measures nothing. */
async function compareWraparound(): Promise<void> {
  const stages = [
    new EngineStage((await dir()).path, FIRST_PORT),
    new PostgresStage((await dir()).path, FIRST_PORT + 1),
  ];
  const told = await Promise.all(stages.map(playWraparound));
  console.log(
    wraparoundTable(
      stages.map(({ name }) => name),
      told,
    ),
  );
}

async function compareAll(chosen: readonly Measurement[]): Promise<number> {
  if (!postgresIsInstalled()) {
    console.error('The benchmark compares with PostgreSQL 15: install the Debian package postgresql-15.');
    return 3;
  }
  const contenders: Contender[] = [];
  try {
    contenders.push(new EngineContender((await dir()).path, FIRST_PORT));
    contenders.push(new PostgresContender((await dir()).path, FIRST_PORT + 1));
    for (const contender of contenders) await contender.initialise();
    console.log(`${''.padEnd(32)}${contenders.map(({ name }) => name.slice(0, 10).padStart(10)).join('  ')}`);
    for (const measurement of chosen) await compare(measurement, contenders);
    return 0;
  } finally {
    for (const contender of contenders) await contender.dispose();
  }
}

process.exitCode = await main();
