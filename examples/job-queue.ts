import fc from 'fast-check';
import { defineExtension, presenceByTag, splitTag, type OwnOracle, type Workload } from 'crashwright';

/**
 * A job queue in two tables, as many applications have one: `put` adds a job, `take` moves the oldest one to the table of those
 * that are done. Whoever crashes where, no job may be done twice, and none may be done and still wait.
 */
interface Job {
  readonly kind: 'put' | 'take';
}

export const jobQueue: Workload<Job> = {
  name: 'job-queue',
  about: 'jobs that are put into a queue and taken out of it, each once',

  effect: () => fc.record({ kind: fc.constantFrom('put', 'put', 'take') }),

  setup: () => [
    'CREATE TABLE jobs (client int, number int)',
    'CREATE TABLE done (client int, number int, by_client int, by_number int)',
    'CREATE TABLE journal (client int, number int)',
  ],

  // Every transaction leaves its tag in the journal, so that the data tell which ones took place.
  statements(tag, { kind }) {
    const { client, number } = splitTag(tag);
    const journal = `INSERT INTO journal VALUES (${client}, ${number})`;
    if (kind === 'put') return [`INSERT INTO jobs VALUES (${client}, ${number})`, journal].map((sql) => ({ sql }));
    const own = `client = ${client} AND number = (SELECT min(number) FROM jobs WHERE client = ${client})`;
    const take = `INSERT INTO done SELECT client, number, ${client}, ${number} FROM jobs WHERE ${own}`;
    return [take, `DELETE FROM jobs WHERE ${own}`, journal].map((sql) => ({ sql }));
  },

  async read(query) {
    return {
      jobs: await query('SELECT client, number FROM jobs'),
      done: await query('SELECT client, number FROM done'),
      journal: await query('SELECT client, number FROM journal'),
    };
  },

  // What must be there is in the journal; the rest is for the oracle below.
  examine({ journal, jobs, done }, transactions) {
    const puts = transactions.filter(({ effect }) => effect.kind === 'put');
    const presence = presenceByTag(journal, transactions, () => 1);
    const held = presenceByTag([...jobs, ...done], puts, () => 1);
    const mismatches = puts.flatMap(({ tag }) =>
      presence.get(tag)!.parts === held.get(tag)!.parts
        ? []
        : [
            {
              invariant: 'atomicity' as const,
              promised: `job ${tag} is in the queue or done, once, as the journal says that it was put`,
              found: `${presence.get(tag)!.parts} times in the journal, ${held.get(tag)!.parts} times in the queue or done`,
            },
          ],
    );
    return { presence, mismatches };
  },
};

/**
 * Verifies: a client that was told that its job was put is never told so before the jobs it had put earlier.
 *
 * Does not verify: the order of jobs of different clients.
 */
export const inOrder: OwnOracle = {
  invariant: 'own:in-order',
  about: 'of one client, no later transaction is there where an earlier one that was acknowledged is not',
  contents: ({ history, examination }) =>
    history.transactions
      .filter(({ commits, outcome, synchronous }) => commits && synchronous && outcome === 'ok')
      .flatMap((earlier) => {
        const later = history.transactions.find(
          ({ client, number, tag }) =>
            client === earlier.client && number > earlier.number && (examination.presence.get(tag)?.parts ?? 0) > 0,
        );
        const isMissing = examination.presence.get(earlier.tag)?.parts === 0;
        if (!isMissing || !later) return [];
        const promised = `transaction ${earlier.tag} is there, since ${later.tag} of the same client is`;
        return [{ invariant: 'own:in-order' as const, promised, found: 'it is not' }];
      }),
};

export const extension = defineExtension({ workloads: [jobQueue], oracles: [inOrder] });
