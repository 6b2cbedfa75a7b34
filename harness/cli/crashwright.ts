#!/usr/bin/env node
import { Command } from '@commander-js/extra-typings';

/** The user's mistake, as against a command that failed. */
const USAGE_EXIT_CODE = 2;

const program = new Command('crashwright')
  .description('Fault injection and crash recovery testing for databases')
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE_EXIT_CODE));

// What is not asked for is not loaded: the commands of the server start in a fraction of the harness's time.
if (process.argv[2] === 'engine') {
  const { addEngineCommands } = await import('../adapters/engine/engine-cli.js');
  addEngineCommands(program);
} else {
  const { addHarnessCommands } = await import('./harness-commands.js');
  addHarnessCommands(program);
  program.command('engine').description('the embedded database server: init, start, stop, ... (see engine --help)');
}

await program.parseAsync();
