import { isKill } from '../faults/fault.js';
import { parseFault } from '../faults/parse.js';
import type { CycleConfig } from '../runner/cycle-config.js';

/** Smaller configurations to try, the boldest first. Each differs from the given one in a single respect. */
export function reductions(config: CycleConfig): CycleConfig[] {
  return [
    ...fewerRounds(config),
    ...fewerClients(config),
    ...fewerFaults(config),
    ...fewerTransactions(config),
    ...fewerJumps(config),
    ...plainer(config),
  ].filter((candidate) => sizeOf(candidate) < sizeOf(config));
}

function variant(config: CycleConfig, change: Partial<CycleConfig>): CycleConfig {
  return { ...config, ...change };
}

/** What shrinking makes smaller. */
export function sizeOf({ rounds, clients, transactionsPerRound, skip, ...rest }: CycleConfig): number {
  const faults = rounds.reduce((sum, round) => sum + round.faults.length, 0);
  const transactions = clients.length * transactionsPerRound * rounds.length - skip.length;
  const extras =
    Number(rest.checkpointEveryMs > 0) +
    Number(rest.readingsEvery > 0) +
    Number(rest.recoverTwice) +
    Number(rest.asyncShare > 0) +
    Number(rest.statementMode === 'single');
  const jumps = rounds.filter(({ jump }) => jump !== undefined).length + Number(rest.firstXid !== undefined);
  return rounds.length * 10_000 + clients.length * 1000 + (faults + jumps) * 500 + transactions + extras * 100;
}

function fewerRounds(config: CycleConfig): CycleConfig[] {
  if (config.rounds.length < 2) return [];
  return [
    { ...config, rounds: config.rounds.slice(-1) },
    ...config.rounds.map((_, dropped) => ({
      ...config,
      rounds: config.rounds.filter((_round, index) => index !== dropped),
    })),
  ];
}

function fewerClients(config: CycleConfig): CycleConfig[] {
  const { clients } = config;
  if (clients.length < 2) return [];
  const halves = [clients.slice(0, Math.ceil(clients.length / 2)), clients.slice(Math.ceil(clients.length / 2))];
  const less = [...halves, ...clients.map((dropped) => clients.filter((client) => client !== dropped))];
  return less.map((kept) =>
    variant(config, {
      clients: kept,
      rounds: config.rounds.map((round) => ({
        ...round,
        faults: round.faults.map((fault) => forClients(fault, kept)),
      })),
    }),
  );
}

/** A cut over a client that no longer takes part would never be reached. */
function forClients(text: string, clients: readonly number[]): string {
  return text
    .replace(/backend#(\d+) #\d+(, )?/g, (member, client: string) => (clients.includes(Number(client)) ? member : ''))
    .replace(/, \}/, '}');
}

function fewerFaults(config: CycleConfig): CycleConfig[] {
  return config.rounds.flatMap((whole, round) => {
    const { faults } = whole;
    const kills = faults.filter((text) => isKill(parseFault(text))).length;
    return faults.flatMap((text, dropped) => {
      const isLastKill = kills === 1 && isKill(parseFault(text));
      if (isLastKill) return [];
      const less = { ...whole, faults: faults.filter((_, index) => index !== dropped) };
      return [{ ...config, rounds: config.rounds.map((each, index) => (index === round ? less : each)) }];
    });
  });
}

function fewerTransactions(config: CycleConfig): CycleConfig[] {
  const { transactionsPerRound } = config;
  const sizes = [
    Math.floor(transactionsPerRound / 4),
    Math.floor(transactionsPerRound / 2),
    Math.floor(transactionsPerRound * 0.8),
  ];
  return sizes.filter((size) => size > 0).map((size) => variant(config, { transactionsPerRound: size }));
}

function fewerJumps(config: CycleConfig): CycleConfig[] {
  const { firstXid: _first, ...fromTheBeginning } = config;
  const without = (dropped: number): CycleConfig['rounds'] =>
    config.rounds.map((round, index) => (index === dropped ? { faults: round.faults } : round));
  return [fromTheBeginning, ...config.rounds.map((_, dropped) => variant(config, { rounds: without(dropped) }))];
}

function plainer(config: CycleConfig): CycleConfig[] {
  return [
    { ...config, recoverTwice: false },
    { ...config, readingsEvery: 0 },
    { ...config, checkpointEveryMs: 0 },
    { ...config, asyncShare: 0 },
    { ...config, statementMode: 'batch' as const },
  ];
}
