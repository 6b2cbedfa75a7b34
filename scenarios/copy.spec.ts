import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import type * as net from 'node:net';
import { expect } from 'chai';
import { dir } from 'tmp-promise';
import { POSTGRES_BIN } from '../harness/adapters/postgres.js';
import { skipWithout } from './support/postgres-programs.js';
import { Server, eventually, startupPacket } from './support/server.js';

/** A frontend message: type byte, length, body. */
function message(type: string, body: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const query = (sql: string): Buffer => message('Q', `${sql}\0`);
const parse = (sql: string): Buffer => message('P', `\0${sql}\0\0\0`);
const bindAndExecute = Buffer.concat([message('B', Buffer.alloc(8)), message('E', Buffer.alloc(5))]);

/** A raw connection; `answer` gives the types of the messages that came up to the next ReadyForQuery or `until`. */
class RawClient {
  private bytes = Buffer.alloc(0);

  private constructor(readonly socket: net.Socket) {
    socket.on('data', (chunk) => (this.bytes = Buffer.concat([this.bytes, chunk])));
  }

  static async connect(server: Server): Promise<RawClient> {
    const client = new RawClient(server.raw());
    client.socket.write(startupPacket({ user: 'postgres', database: 'postgres' }));
    await client.answer();
    return client;
  }

  async answer(until = 'Z'): Promise<string> {
    let types = '';
    for (;;) {
      if (this.bytes.length >= 5 && this.bytes.length > this.bytes.readInt32BE(1)) {
        types += String.fromCharCode(this.bytes[0]);
        this.bytes = this.bytes.subarray(this.bytes.readInt32BE(1) + 1);
        if (types.endsWith(until)) return types;
      } else {
        await new Promise((resolve) => this.socket.once('data', resolve));
      }
    }
  }
}

describe('COPY', function () {
  let server: Server;
  let cleanup: () => Promise<void>;

  before(async () => {
    const made = await dir({ unsafeCleanup: true });
    cleanup = made.cleanup;
    server = new Server(made.path);
    server.init();
    server.start('checkpoint_timeout=30s');
    await server.query('create table t(a int, b text)');
  });

  after(async () => {
    await server.killAndWait();
    await cleanup();
  });

  beforeEach(() => server.query('truncate t'));

  async function count(): Promise<number> {
    return Number((await server.query<{ n: string }>('select count(*) as n from t'))[0].n);
  }

  function psql(script: string): string {
    fs.writeFileSync(`${server.directory}/script.sql`, script);
    const done = spawnSync(
      `${POSTGRES_BIN}/psql`,
      ['-X', '-h', `${server.data}/run`, '-p', String(server.port), '-U', 'postgres', '-qAt', '-f', 'script.sql'],
      { cwd: server.directory, encoding: 'utf8' },
    );
    return done.stdout + done.stderr;
  }

  it('brings in and out what psql gives and takes, files and data in a script', function () {
    skipWithout(this, 'psql');
    const rows = Array.from({ length: 50_000 }, (_, index) => `${index}\trow ${index}\n`).join('');
    fs.writeFileSync(`${server.directory}/in`, rows);
    const script = `\\copy t from 'in'
\\copy t to 'out'
truncate t;
copy t from stdin;
1\tone
2\t\\N
\\.
copy t from stdin csv;
x,y
\\.
\\copy (select b, a from t order by a) to stdout csv header
`;
    const said = psql(script);
    expect(fs.readFileSync(`${server.directory}/out`, 'utf8')).to.equal(rows);
    expect(said).to.contain(
      'ERROR:  invalid input syntax for type integer: "x"\nCONTEXT:  COPY t, line 1, column a: "x"',
    );
    expect(said).to.contain('b,a\none,1\n,2\n');
  });

  it('takes data in the simple and in the extended protocol, and nothing when the client gives up', async () => {
    const client = await RawClient.connect(server);
    client.socket.write(Buffer.concat([query('copy t from stdin'), message('d', '1\ta\n2\t'), message('d', 'b\n')]));
    client.socket.write(message('c'));
    expect(await client.answer()).to.equal('GCZ');
    client.socket.write(Buffer.concat([parse('copy t from stdin'), bindAndExecute, message('S')]));
    client.socket.write(Buffer.concat([message('d', '3\tc\n'), message('c'), message('S')]));
    expect(await client.answer()).to.equal('12GCZ');
    client.socket.write(Buffer.concat([query('copy t from stdin'), message('d', '4\td\n'), message('f', 'no\0')]));
    expect(await client.answer()).to.equal('GEZ');
    expect(await count()).to.equal(3);
    client.socket.write(query('copy t to stdout'));
    expect(await client.answer()).to.equal('HdddcCZ');
    client.socket.destroy();
  });

  it('fails in the middle of the data, and serves the next statement', async () => {
    const client = await RawClient.connect(server);
    client.socket.write(Buffer.concat([query('copy t from stdin'), message('d', 'x\n'), message('d', '1\ta\n')]));
    expect(await client.answer()).to.equal('GEZ');
    // The client has not read the error yet.
    client.socket.write(Buffer.concat([message('d', '2\tb\n'), message('c'), query('select 1')]));
    expect(await client.answer()).to.equal('TDCZ');
    client.socket.write(Buffer.concat([parse('copy t from stdin'), bindAndExecute, message('d', 'x\n'), message('c')]));
    client.socket.write(Buffer.concat([parse('select 1'), bindAndExecute, message('S')]));
    expect(await client.answer()).to.equal('12GEZ');
    expect(await count()).to.equal(0);
    client.socket.destroy();
  });

  it('leaves nothing of a client that vanishes, or is cancelled while it sends nothing', async () => {
    const vanishing = await RawClient.connect(server);
    vanishing.socket.write(Buffer.concat([query('copy t from stdin'), message('d', '1\ta\n')]));
    await vanishing.answer('G');
    vanishing.socket.destroy();
    const silent = await RawClient.connect(server);
    silent.socket.write(Buffer.concat([query('copy t from stdin'), message('d', '1\ta\n')]));
    await silent.answer('G');
    const running = `from pg_stat_activity where query like 'copy t from%' and state = 'active'`;
    await eventually('the vanished one to be gone', async () => {
      return (await server.query(`select 1 ${running}`)).length === 1;
    });
    await server.query(`select pg_cancel_backend(pid) ${running}`);
    expect(await silent.answer()).to.equal('EZ');
    silent.socket.write(Buffer.concat([message('d', '2\tb\n'), message('c'), query('select 1')]));
    expect(await silent.answer()).to.equal('TDCZ');
    expect(await count()).to.equal(0);
    silent.socket.destroy();
  });
});
