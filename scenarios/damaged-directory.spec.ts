import { expect } from 'chai';
import * as fs from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { dir, type DirectoryResult } from 'tmp-promise';
import { engineFactory, type EngineFactory } from '../harness/adapters/engine/engine-target.js';
import { copyDirectory } from '../harness/adapters/engine/template-directories.js';
import type { PgTarget } from '../harness/adapters/target.js';

/**
 * A stopped cluster whose files are damaged one at a time. The server may refuse to start, or answer a query with an error;
 * it may also not need the file. It must say what is wrong, and never hang, crash or answer wrongly.
 */
const SETTINGS = { shared_buffers: 64, backend_pool_size: 1, restart_after_crash: 'off' };
const PATIENCE_MS = 15_000;
const QUERIES = [
  'SELECT sum(balance), count(*) FROM accounts',
  'SELECT id, owner FROM accounts ORDER BY id LIMIT 3',
  "SELECT relname FROM pg_class WHERE relname IN ('accounts', 'notes') ORDER BY relname",
  'SELECT count(*), min(body), max(body) FROM notes',
];

type Damage = { readonly name: string; readonly apply: (path: string) => void };
const damages: Damage[] = [
  { name: 'emptied', apply: (path) => fs.truncateSync(path, 0) },
  { name: 'cut in half', apply: (path) => fs.truncateSync(path, Math.floor(fs.statSync(path).size / 2)) },
  { name: 'zeroed', apply: (path) => fs.writeFileSync(path, Buffer.alloc(fs.statSync(path).size)) },
  { name: 'with a flipped bit', apply: flipBit },
];

function flipBit(path: string): void {
  const bytes = fs.readFileSync(path);
  bytes[Math.floor(bytes.length / 3)] ^= 0x10;
  fs.writeFileSync(path, bytes);
}

/** Every file of the cluster, but of the template databases only one each: all are alike. */
function filesToDamage(dataDirectory: string): string[] {
  const all = fs.readdirSync(dataDirectory, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dataDirectory.length + 1))
    .filter((path) => !/^base\/[14]\//.test(path) || path.endsWith('/1259'))
    .filter((path) => !/^(log|run)\//.test(path))
    .filter((path) => fs.statSync(join(dataDirectory, path)).size > 0)
    .toSorted();
}

async function answers(target: PgTarget): Promise<string[]> {
  const client = new pg.Client({ ...target.connection(), query_timeout: PATIENCE_MS });
  client.on('error', () => {});
  await client.connect();
  try {
    const results: string[] = [];
    for (const sql of QUERIES) {
      const answer = await client.query({ text: sql, rowMode: 'array' }).then(
        ({ rows }) => JSON.stringify(rows),
        (error: pg.DatabaseError) => `error ${error.code}: ${error.message}`,
      );
      results.push(answer);
    }
    return results;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Starts the server: its answers, or undefined when it refused. Throws when it hangs. */
async function startAndAsk(target: PgTarget): Promise<string[] | undefined> {
  await target.start();
  const deadline = performance.now() + PATIENCE_MS;
  for (let last = ''; performance.now() < deadline;) {
    if (!target.isRunning()) return undefined;
    try {
      return await answers(target);
    } catch (error) {
      last = (error as Error).message;
      if (/^FATAL|does not exist/.test(last)) return [`error: ${last}`];
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`neither refused nor served within ${PATIENCE_MS} ms; its log:\n${target.log()}`);
}

describe('damaged data directories', () => {
  let workplace: DirectoryResult;
  let factory: EngineFactory;
  let cluster: string;
  let truth: string[];
  let next = 0;

  const newTarget = (): PgTarget => {
    const directory = join(workplace.path, `t${next++}`);
    fs.mkdirSync(directory);
    return factory.create({ directory, settings: SETTINGS, walSegmentMegabytes: 1, preload: [] });
  };

  before(async () => {
    workplace = await dir({ unsafeCleanup: true });
    factory = engineFactory();
    const target = newTarget();
    await target.prepare();
    await target.start();
    await target.whenServing(PATIENCE_MS, async () => {});
    const client = new pg.Client(target.connection());
    await client.connect();
    await client.query('CREATE TABLE accounts (id int, owner text, balance bigint)');
    await client.query("INSERT INTO accounts SELECT n, 'owner ' || n, 100 FROM generate_series(1, 400) n");
    await client.query('CREATE TABLE notes (body text)');
    await client.query("INSERT INTO notes SELECT repeat('note ', 20) || n FROM generate_series(1, 300) n");
    await client.query('UPDATE accounts SET balance = balance + 1 WHERE id % 7 = 0');
    await client.end();
    truth = await answers(target);
    await target.stop('fast');
    cluster = join(workplace.path, 'cluster');
    copyDirectory(target.dataDirectory, cluster);
    await target.dispose();
  });

  after(async () => {
    factory.dispose();
    await workplace.cleanup();
  });

  async function tryDamaged(path: string, damage: Damage): Promise<string | undefined> {
    const target = newTarget();
    try {
      copyDirectory(cluster, target.dataDirectory);
      damage.apply(join(target.dataDirectory, path));
      const found = await startAndAsk(target);
      if (found === undefined) return complaintAboutRefusal(target.log());
      return found.map((answer, index) => complaintAboutAnswer(answer, truth[index])).find(Boolean);
    } catch (error) {
      return (error as Error).message;
    } finally {
      await target.dispose();
      fs.rmSync(join(target.dataDirectory, '..'), { recursive: true, force: true });
    }
  }

  it('answers rightly while nothing is damaged', async () => {
    expect(truth[0]).to.equal('[["40057","400"]]');
    expect(await tryDamaged('PG_VERSION', { name: 'untouched', apply: () => {} })).to.equal(undefined);
  });

  for (const damage of damages) {
    it(`each file ${damage.name}: a clear error or the right answer`, async function () {
      this.timeout(120_000);
      const files = filesToDamage(cluster);
      expect(files.length).to.be.greaterThan(20);
      const complaints: string[] = [];
      const work = files[Symbol.iterator]();
      const worker = async (): Promise<void> => {
        for (const path of work) {
          const complaint = await tryDamaged(path, damage);
          if (complaint) complaints.push(`${path}: ${complaint}`);
        }
      };
      await Promise.all([worker(), worker()]);
      expect(complaints).to.deep.equal([]);
    });
  }
});

function complaintAboutRefusal(log: string): string | undefined {
  const hasReason = /(FATAL|PANIC): {2}\S/.test(log);
  const isBug = /assertion failed|TypeError|RangeError|at .*\.js:\d+/.test(log);
  return hasReason && !isBug ? undefined : `refused without a clear reason:\n${log}`;
}

function complaintAboutAnswer(answer: string, expected: string): string | undefined {
  if (answer === expected) return undefined;
  if (/^error( \w{5})?: /.test(answer) && !/XX000|Connection terminated|timeout/.test(answer)) return undefined;
  return `answered ${answer} instead of ${expected}`;
}
