import type { PowerConfig } from '../runner/power/power-config.js';

/** Transactions are taken away one by one when there are so few. */
const FEW_TRANSACTIONS = 24;

/** What shrinking makes smaller. */
export function powerSizeOf({ clients, turns, faults, ...config }: PowerConfig): number {
  const extras =
    Object.values(turns).filter((turn) => turn > 0).length +
    Number(config.interruptChance > 0) +
    Number(config.asyncShare > 0) +
    Number(config.rollbackShare > 0) +
    Number(config.statementMode === 'single');
  return clients.length * 1000 + transactionCount({ clients, ...config }) * 20 + faults.length * 10 + extras;
}

export function transactionCount({
  clients,
  transactionsPerClient,
  skip,
}: Pick<PowerConfig, 'clients' | 'transactionsPerClient' | 'skip'>): number {
  return clients.length * transactionsPerClient - skip.length;
}

/** Smaller configurations to try, the boldest first. Each differs from the given one in a single respect. */
export function powerReductions(config: PowerConfig): PowerConfig[] {
  return [...fewerClients(config), ...fewerTransactions(config), ...plainer(config)]
    .map(withoutEmptySkips)
    .filter((candidate) => transactionCount(candidate) > 0 && powerSizeOf(candidate) < powerSizeOf(config));
}

function fewerClients(config: PowerConfig): PowerConfig[] {
  const { clients } = config;
  if (clients.length < 2) return [];
  return [
    ...clients.map((client) => ({ ...config, clients: [client] })),
    ...clients.map((dropped) => ({ ...config, clients: clients.filter((client) => client !== dropped) })),
  ];
}

function fewerTransactions(config: PowerConfig): PowerConfig[] {
  const { transactionsPerClient: count } = config;
  const counts = [Math.ceil(count / 4), Math.ceil(count / 2), Math.floor(count * 0.8), count - 1];
  const shorter = [...new Set(counts)]
    .filter((less) => less > 0 && less < count)
    .map((less) => ({ ...config, transactionsPerClient: less }));
  return transactionCount(config) > FEW_TRANSACTIONS ? shorter : [...shorter, ...withoutOne(config)];
}

function withoutOne(config: PowerConfig): PowerConfig[] {
  return config.clients.flatMap((client) =>
    Array.from({ length: config.transactionsPerClient }, (_, index) => `${client}.${index + 1}`)
      .filter((tag) => !config.skip.includes(tag))
      .map((tag) => ({ ...config, skip: [...config.skip, tag] })),
  );
}

function plainer(config: PowerConfig): PowerConfig[] {
  const turns = Object.keys(config.turns).map((name) => ({ ...config, turns: { ...config.turns, [name]: 0 } }));
  return [
    ...turns,
    ...config.faults.map((_, dropped) => ({
      ...config,
      faults: config.faults.filter((_fault, index) => index !== dropped),
    })),
    { ...config, interruptChance: 0 },
    { ...config, asyncShare: 0 },
    { ...config, rollbackShare: 0 },
    { ...config, statementMode: 'batch' },
  ];
}

/** Skips of transactions that no longer exist say nothing. */
function withoutEmptySkips(config: PowerConfig): PowerConfig {
  const exists = (tag: string): boolean => {
    const [client, number] = tag.split('.').map(Number);
    return config.clients.includes(client) && number <= config.transactionsPerClient;
  };
  return { ...config, skip: config.skip.filter(exists) };
}
