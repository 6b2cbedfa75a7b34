import * as os from 'node:os';
import { setGracefulCleanup } from 'tmp-promise';
import { Option, type Command } from '@commander-js/extra-typings';
import { PROFILE_NAMES } from '../disks/disk-model.js';
import { TIERS } from '../results/tier.js';
import { FORMATS } from './report-formats.js';
import { durationMs, positiveNumber, shardOf, wholeNumber } from './options.js';
import { UsageError } from './usage-error.js';

const USAGE_EXIT = 2;
const DEFAULT_JOBS = Math.max(1, Math.min(4, os.availableParallelism()));

/** Exit handlers end the servers and remove the temporary directories; a signal by itself would skip them. */
function leaveNothingBehind(): void {
  setGracefulCleanup();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => process.exit(128 + os.constants.signals[name]));
  }
}

/** `crashwright trace FILE | head`: whoever reads has seen enough. */
function endWithTheReader(): void {
  process.stdout.on('error', (thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'EPIPE') process.exit(0);
    throw thrown;
  });
}

/** Adds the commands. Their code is loaded when one of them is called. */
export function addHarnessCommands(program: Command): void {
  leaveNothingBehind();
  endWithTheReader();
  program.exitOverride((outcome) => process.exit(outcome.exitCode === 0 ? 0 : USAGE_EXIT));
  addRun(program);
  program
    .command('replay')
    .description('run the cycle of a seed file again')
    .argument('<file>', 'seed file that a run saved')
    .option('--times <n>', 'how often', positiveNumber, 1)
    .option('--attempts <n>', 'tries for each time: a seed does not decide how processes interleave', positiveNumber, 5)
    .option('--without-mutants', 'against the engine as it is, when the seed was found with mutants')
    .option('--json', 'print the outcome as one JSON object')
    .action(async (file, options) => leave((await import('./replay.js')).replay(file, options)));
  program
    .command('shrink')
    .description('look for a smaller cycle that fails the same way')
    .argument('<file>', 'seed file that a run saved')
    .option('--budget <duration>', 'longest search', durationMs, 120_000)
    .option('--attempts <n>', 'runs before a smaller cycle counts as passing', positiveNumber, 2)
    .option('--out <file>', 'where to write the smaller seed file')
    .action(async (file, options) => leave((await import('./shrink.js')).shrinkCommand(file, options)));
  addCorpus(program);
  program
    .command('trace')
    .description('print what a run did to storage, call by call, with what the bytes mean')
    .argument('<file>', 'trace file that a run saved, or the trace area in the directory of a target on record')
    .option('--process <name>', 'of these processes only: checkpointer, backend, backend#2, client#1')
    .option('--file <pattern>', 'on these files only: part of the path, or all of it with * in it')
    .option('--from <n>', 'from this place of the total order on', wholeNumber)
    .option('--to <n>', 'up to this place of the total order', wholeNumber)
    .option('--payload', 'dump every byte written')
    .action(async (file, options) => leave((await import('./trace.js')).trace(file, options)));
  program
    .command('report')
    .description('make a report of the results of a run, or of the shards of one')
    .argument('<directories...>', "directories of runs, or with such in them: 'run' names its own at the end")
    .addOption(
      new Option('--format <name>', 'html, junit (XML), md (Markdown) or json (lines)')
        .choices(FORMATS)
        .default('html' as const),
    )
    .option('--out <file>', 'where to write it, - for standard output (default: beside the results)')
    .action(async (directories, options) => leave((await import('./report.js')).report(directories, options)));
  program
    .command('issues')
    .description("open or update an issue for each cause of failures, with GitHub's gh")
    .argument('<directories...>', 'directories of runs, or with such in them')
    .option('--dry-run', 'only say what would be done')
    .action(async (directories, options) => leave((await import('./issues.js')).issues(directories, options)));
  program
    .command('mutants')
    .description('prove the power of the harness: find known crash bugs put into the engine')
    .option('--only <ids...>', 'these only')
    .option('--budget <duration>', 'longest hunt for each', durationMs, 60_000)
    .option('--seed <n>', 'master seed', wholeNumber, 1)
    .option('--jobs <n>', 'cycles at a time', positiveNumber, DEFAULT_JOBS)
    .option('--out <directory>', 'where results go (default: a new directory in reports/runs)')
    .option('--json', 'print the score as one JSON object')
    .option('--table <file>', 'put the score as a table between the marks in this Markdown file')
    .action(async (options) => leave((await import('./mutants.js')).mutants(options)));
}

function addCorpus(program: Command): void {
  const corpus = program.command('corpus').description('seed files of bugs that must not come back');
  const directory = new Option('--directory <directory>', 'where it is').default('harness/corpus');
  corpus
    .command('add')
    .description('shrink a seed file, and file it unless its cause is known')
    .argument('<file>', 'seed file that a run saved')
    .option('--cause <text>', 'what was wrong')
    .option('--consequence <text>', 'what came of it')
    .option('--fix <text>', 'what mended it')
    .option('--commit <hash>', 'where')
    .option('--name <words>', "how the file's name begins")
    .option('--budget <duration>', 'longest search for a smaller case', durationMs, 120_000)
    .option('--attempts <n>', 'runs before a smaller cycle counts as passing', positiveNumber, 2)
    .addOption(directory)
    .action(async (file, options) => leave((await import('./corpus.js')).addToCorpus(file, options)));
  corpus
    .command('list')
    .description('what is in it')
    .addOption(directory)
    .action(async (options) => leave((await import('./corpus.js')).listCorpus(options)));
}

function addRun(program: Command): void {
  program
    .command('run')
    .description('kill, recover and judge a target, cycle after cycle')
    .option('--cycles <n>', 'stop after so many cycles, those of all shards together', positiveNumber)
    .option('--time <duration>', 'stop after this time (default 60s when no --cycles)', durationMs)
    .option('--seed <n>', 'master seed; a random one is drawn and printed', wholeNumber)
    .option('--jobs <n>', 'cycles at a time', positiveNumber, DEFAULT_JOBS)
    .option('--shard <i/n>', 'run every n-th cycle, beginning with the i-th (default 1/1)', shardOf)
    .option('--mutant <ids...>', 'put these known bugs into the engine')
    .option('--workload <names...>', 'what clients do (default: all that the target can do, by turns)')
    .option('--extension <modules...>', 'modules with workloads, oracles, actions and targets of your own')
    .option('--target <name>', 'engine, postgres, or the name of your own', 'engine')
    .addOption(
      new Option('--tier <name>', 'SIGKILL, loss of power, or both by turns').choices(TIERS).default('kill' as const),
    )
    .addOption(
      new Option('--profile <names...>', 'disks to lose power on (default: all that keep their word)').choices(
        PROFILE_NAMES,
      ),
    )
    .option(
      '--exhaustive',
      'lose power at every moment of one small run, with every set of up to 3 survivors or losses',
    )
    .option('--out <directory>', 'where results go (default: a new directory in reports/runs)')
    .addOption(
      new Option('--report <formats...>', 'reports to write beside the results')
        .choices(FORMATS)
        .default(['html' as const]),
    )
    .option('--keep-going', 'go on after a violation')
    .option('--second-opinion <bin>', "PostgreSQL's bin directory: its tools read every stopped cluster, too")
    .option('--quiet', 'no progress: failures and the verdict only')
    .option('--json', 'print the summary as one JSON object')
    .action(async (options) => leave((await import('./run.js')).run(options)));
}

/** 2: the user's mistake; 3: the harness could not do its job. */
async function leave(exitCode: Promise<number>): Promise<void> {
  try {
    process.exitCode = await exitCode;
  } catch (thrown) {
    const isMistake = thrown instanceof UsageError;
    process.stderr.write(`crashwright: ${isMistake ? thrown.message : ((thrown as Error).stack ?? String(thrown))}\n`);
    process.exitCode = isMistake ? 2 : 3;
  }
}
