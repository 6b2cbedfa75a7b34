import type * as net from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import type pg from 'pg';
import { dir } from 'tmp-promise';
import { Server, answerOf, eventually, startupPacket } from './support/server.js';

const SEED = 20_261_121;
const SLOTS = 20;
const HELLO = startupPacket({ user: 'postgres', database: 'postgres' });
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** A message as the protocol has it, its length word replaced by a wrong one where `length` is given. */
function message(type: string, body: Uint8Array, length = body.length + 4): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

const anyBytes = fc.uint8Array({ maxLength: 300 });
const anyLength = fc.oneof(
  fc.constantFrom(-1, 0, 3, 4, 5, 2 ** 26, 2 ** 26 + 5, 2 ** 31 - 1),
  fc.integer({ max: 400 }),
);
const anyType = fc.oneof(fc.constantFrom(...'QPBEDCSHXFdcfp'), fc.constantFrom('\0', 'ÿ', 'z'));
const statement = fc.constantFrom('select 1', 'begin', 'select 1/0', 'nonsense', '', 'rollback', 'select 1; select 2');

const whole = fc.oneof(
  statement.map((sql) => message('Q', Buffer.from(`${sql}\0`))),
  statement.map((sql) => message('P', Buffer.from(`\0${sql}\0\0\0`))),
  fc.constant(message('S', Buffer.alloc(0))),
  fc.tuple(anyType, anyBytes).map(([type, body]) => message(type, body)),
  fc.tuple(anyType, anyBytes, anyLength).map(([type, body, length]) => message(type, body, length)),
  anyBytes.map((bytes) => Buffer.from(bytes)),
);

/** Good beginnings and bad ones, then messages good and bad, cut off somewhere, sent in pieces. */
const conversation = fc.record({
  start: fc.oneof({ arbitrary: fc.constant(HELLO), weight: 4 }, fc.constant(SSL_REQUEST), fc.constant(Buffer.alloc(0))),
  messages: fc.array(whole, { maxLength: 6 }),
  cutBytes: fc.nat({ max: 12 }),
  pieceBytes: fc.constantFrom(1, 7, 64, 100_000),
});

function bytesOf({ start, messages, cutBytes }: { start: Buffer; messages: Buffer[]; cutBytes: number }): Buffer {
  const all = Buffer.concat([start, ...messages]);
  return all.subarray(0, all.length - Math.min(cutBytes, all.length));
}

async function speak(socket: net.Socket, bytes: Buffer, pieceBytes: number): Promise<Buffer> {
  const answer = answerOf(socket);
  for (let at = 0; at < bytes.length && !socket.destroyed; at += pieceBytes) {
    await new Promise((resolve) => socket.write(bytes.subarray(at, at + pieceBytes), resolve));
  }
  socket.end();
  return answer;
}

describe(`hostile clients, seed ${SEED}`, function () {
  let server: Server;
  let bystander: pg.Client;
  let cleanup: () => Promise<void>;

  before(async () => {
    const made = await dir({ unsafeCleanup: true });
    cleanup = made.cleanup;
    server = new Server(made.path);
    server.init();
    server.start(`max_connections=${SLOTS}`, 'authentication_timeout=2');
    bystander = server.local();
    await bystander.connect();
  });

  after(async () => {
    await server.killAndWait();
    await cleanup();
  });

  /** Nobody else noticed anything, and the server saw no bug of its own. */
  afterEach(async () => {
    expect((await bystander.query('select 1 as x')).rowCount).to.equal(1);
    expect(server.log()).not.to.match(/was terminated|exited with exit code 2|XX000|^\tat /m);
  });

  it('end their own connection with whatever they send', async () => {
    await fc.assert(
      fc.asyncProperty(conversation, async (drawn) => {
        await speak(server.raw(), bytesOf(drawn), drawn.pieceBytes);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('are told so when they break the protocol', async () => {
    for (const broken of [
      message('Q', Buffer.alloc(0), 2),
      message('z', Buffer.alloc(8)),
      message('Q', Buffer.from('a')),
    ]) {
      const answer = await speak(server.raw(), Buffer.concat([HELLO, broken]), 100_000);
      expect(answer.toString('latin1')).to.match(/FATAL.*08P01/s);
    }
  });

  it('are refused at the announcement of a message longer than any may be', async () => {
    const late = server.raw();
    const answer = answerOf(late);
    late.write(Buffer.concat([HELLO, message('Q', Buffer.alloc(0), 2 ** 31 - 1)]));
    expect((await answer).toString('latin1')).to.include('08P01');
    const early = server.raw();
    const refusal = answerOf(early);
    early.write(Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0]));
    expect((await refusal).toString('latin1')).to.include('invalid length of startup packet');
  });

  it('do not hold a slot longer than authentication_timeout by dripping bytes', async () => {
    const dripping = Array.from({ length: SLOTS - 1 }, () => {
      const socket = server.raw();
      let at = 0;
      const timer = setInterval(() => socket.writable && socket.write(HELLO.subarray(at, ++at)), 150);
      return answerOf(socket).finally(() => clearInterval(timer));
    });
    for (const answer of await Promise.all(dripping)) expect(answer.toString('latin1')).not.to.include('ReadyForQuery');
    await eventually('a free slot', () => server.query('select 1 as x'));
  });

  it('are served as far as there are slots when 200 come at once, and the others told why', async () => {
    await eventually(
      'free slots',
      () => server.children().filter(({ title }) => title.includes('[local]')).length === 1,
    );
    const clients = Array.from({ length: 200 }, () => server.local());
    const results = await Promise.all(
      clients.map((client) =>
        client.connect().then(
          () => 'ok',
          (thrown: { code?: string }) => thrown.code,
        ),
      ),
    );
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
    expect(new Set(results)).to.deep.equal(new Set(['ok', '53300']));
    expect(results.filter((result) => result === 'ok')).to.have.length(SLOTS - 1);
    await eventually('a free slot', () => server.query('select 1 as x'));
  });
});
