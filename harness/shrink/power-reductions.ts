import type { PowerConfig } from '../runner/power/power-config.js';

/** Transactions are taken away one by one when there are so few. */
const FEW_TRANSACTIONS = 24;

/** What shrinking makes smaller. */
export function powerSizeOf({ clients, turns, faults, jumps = [], ...config }: PowerConfig): number {
  const extras =
    Object.values(turns).filter((turn) => turn > 0).length +
    Number(config.interruptChance > 0) +
    Number(config.firstXid !== undefined) +
    Number(config.everybodyInterrupts === true) +
    Number(config.asyncShare > 0) +
    Number(config.rollbackShare > 0) +
    Number(config.statementMode === 'single');
  return (
    clients.length * 1000 + transactionCount({ clients, ...config }) * 20 + (faults.length + jumps.length) * 10 + extras
  );
}

export function transactionCount({
  clients,
  transactionsPerClient,
  skip,
}: Pick<PowerConfig, 'clients' | 'transactionsPerClient' | 'skip'>): number {
  return clients.length * transactionsPerClient - skip.length;
}

/** Smaller configurations to try, of one kind, the boldest first. Each differs from the given one in a single respect. */
export type PowerReduction = (config: PowerConfig) => PowerConfig[];

type Change = Partial<PowerConfig>;

export const powerReductions: readonly PowerReduction[] = [
  fewerFaults,
  fewerJumps,
  fewerClients,
  fewerTransactions,
  plainer,
].map(
  (changes) => (config) =>
    changes(config)
      .map((change) => withoutEmptySkips(changed(config, change)))
      .filter((candidate) => transactionCount(candidate) > 0 && powerSizeOf(candidate) < powerSizeOf(config)),
);

function fewerFaults({ faults }: PowerConfig): Change[] {
  return faults.map((dropped) => ({ faults: faults.filter((fault) => fault !== dropped) }));
}

function fewerJumps({ jumps = [], firstXid }: PowerConfig): Change[] {
  const less = jumps.map((_, dropped) => ({ jumps: jumps.filter((_each, index) => index !== dropped) }));
  return firstXid === undefined ? less : [...less, { firstXid: undefined }];
}

function changed(config: PowerConfig, change: Change): PowerConfig {
  return { ...config, ...change };
}

function fewerClients({ clients }: PowerConfig): Change[] {
  if (clients.length < 2) return [];
  return [
    ...clients.map((client) => ({ clients: [client] })),
    ...clients.map((dropped) => ({ clients: clients.filter((client) => client !== dropped) })),
  ];
}

function fewerTransactions(config: PowerConfig): Change[] {
  const { transactionsPerClient: count } = config;
  const counts = [Math.ceil(count / 4), Math.ceil(count / 2), Math.floor(count * 0.8), count - 1];
  const shorter = [...new Set(counts)]
    .filter((less) => less > 0 && less < count)
    .map((transactionsPerClient) => ({ transactionsPerClient }));
  const bold = [...shorter, ...withoutBeginning(config)];
  return transactionCount(config) > FEW_TRANSACTIONS ? bold : [...bold, ...withoutOne(config)];
}

/** Without the first half, or the first quarter, of what every client still does. */
function withoutBeginning({ clients, transactionsPerClient, skip }: PowerConfig): Change[] {
  const left = clients.map((client) => tagsOf(client, transactionsPerClient).filter((tag) => !skip.includes(tag)));
  return [2, 4].map((part) => ({ skip: [...skip, ...left.flatMap((tags) => tags.slice(0, tags.length / part))] }));
}

function withoutOne({ clients, transactionsPerClient, skip }: PowerConfig): Change[] {
  const tags = clients.flatMap((client) => tagsOf(client, transactionsPerClient));
  return tags.filter((tag) => !skip.includes(tag)).map((tag) => ({ skip: [...skip, tag] }));
}

function tagsOf(client: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${client}.${index + 1}`);
}

function plainer({ turns }: PowerConfig): Change[] {
  return [
    ...Object.keys(turns).map((name) => ({ turns: Object.assign({}, turns, { [name]: 0 }) })),
    { interruptChance: 0 },
    { everybodyInterrupts: false },
    { asyncShare: 0 },
    { rollbackShare: 0 },
    { statementMode: 'batch' },
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
