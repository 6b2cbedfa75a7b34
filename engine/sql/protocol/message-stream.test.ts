import { expect } from 'chai';
import * as fc from 'fast-check';
import { PgError } from '../../base/errors.js';
import { parseFrontendMessage } from './frontend-messages.js';
import { MessageStream } from './message-stream.js';
import { Frontend } from './message-types.js';
import { MessageWriter } from './message-writer.js';
import { parseStartupPacket } from './startup-packet.js';

const types = Object.values(Frontend);
const messages = fc.array(fc.record({ type: fc.constantFrom(...types), body: fc.uint8Array({ maxLength: 300 }) }), {
  maxLength: 20,
});

/** Cuts `bytes` into pieces of the given sizes, again and again. */
function pieces(bytes: Buffer, sizes: number[]): Buffer[] {
  const result: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length];
    result.push(bytes.subarray(at, at + size));
    at += size;
  }
  return result;
}

describe('MessageStream', () => {
  it('finds the same messages wherever the network cuts them', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(messages, sizes, (sent, cuts) => {
        const writer = new MessageWriter();
        for (const { type, body } of sent) writer.begin(type).raw(Buffer.from(body)).end();
        const stream = new MessageStream(1000);
        const got: { type: number; body: number[] }[] = [];
        for (const piece of pieces(writer.take(), cuts)) {
          stream.push(piece);
          for (let message = stream.next(); message; message = stream.next()) {
            got.push({ type: message.type, body: [...message.body] });
          }
        }
        expect(got).to.deep.equal(sent.map(({ type, body }) => ({ type, body: [...body] })));
        expect(stream.pendingBytes).to.equal(0);
      }),
    );
  });

  it('refuses a wrong type or length before it waits for more', () => {
    for (const bytes of [[0x47], [0x51, 0, 0, 0, 3], [0x51, 0x7f, 0xff, 0xff, 0xff], [0x51, 0xff, 0xff, 0xff, 0xff]]) {
      const stream = new MessageStream(10_000);
      stream.push(Buffer.from(bytes));
      expect(() => stream.next())
        .to.throw(PgError)
        .with.property('sqlState', '08P01');
    }
  });

  it('refuses a start-up packet of an impossible length', () => {
    for (const length of [0, 7, 10_001, -1]) {
      const stream = new MessageStream(10_000);
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(length);
      stream.push(bytes);
      expect(() => stream.nextStartupPacket())
        .to.throw(PgError)
        .with.property('sqlState', '08P01');
    }
  });
});

describe('parseFrontendMessage', () => {
  it('decodes or raises FATAL 08P01, whatever comes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 80 }), (type, body) => {
        try {
          expect(parseFrontendMessage({ type, body: Buffer.from(body) })).to.have.property('kind');
        } catch (thrown) {
          expect(thrown).to.be.instanceOf(PgError);
          expect(thrown).to.include({ severity: 'FATAL', sqlState: '08P01' });
        }
      }),
    );
  });

  it('decodes Bind with its formats and NULL', () => {
    const writer = new MessageWriter();
    writer.begin(Frontend.bind).text('portal').text('statement').int16(1).int16(1);
    writer
      .int16(2)
      .value(Buffer.from([1, 2]))
      .value(null)
      .int16(0)
      .end();
    const stream = new MessageStream(1000);
    stream.push(writer.take());
    expect(parseFrontendMessage(stream.next()!)).to.deep.equal({
      kind: 'bind',
      portal: 'portal',
      statement: 'statement',
      parameterFormats: ['binary'],
      parameters: [Buffer.from([1, 2]), null],
      resultFormats: [],
    });
  });
});

describe('parseStartupPacket', () => {
  const packet = (version: number, text: string): Buffer => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(version);
    return Buffer.concat([head, Buffer.from(text)]);
  };

  it('takes user, database, options and settings apart', () => {
    const text = 'user\0alice\0options\0-c work_mem=1MB --search-path=a\\ b\0application_name\0psql\0\0';
    expect(parseStartupPacket(packet(3 << 16, text))).to.deep.equal({
      kind: 'startup',
      user: 'alice',
      database: 'alice',
      settings: [
        ['work_mem', '1MB'],
        ['search_path', 'a b'],
        ['application_name', 'psql'],
      ],
      unknownOptions: [],
      isNewerMinor: false,
    });
  });

  it('notices newer minor versions and refuses other major ones', () => {
    expect(parseStartupPacket(packet((3 << 16) | 2, 'user\0a\0_pq_.x\0y\0\0'))).to.include({ isNewerMinor: true });
    expect(() => parseStartupPacket(packet(2 << 16, 'user\0a\0\0'))).to.throw(/unsupported frontend protocol 2.0/);
  });

  it('parses or raises FATAL, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 100 }), fc.boolean(), (bytes, isProtocol3) => {
        const body = Buffer.from(bytes);
        if (isProtocol3) body.writeInt32BE(3 << 16);
        try {
          parseStartupPacket(body);
        } catch (thrown) {
          expect(thrown).to.be.instanceOf(PgError);
          expect((thrown as PgError).severity).to.equal('FATAL');
        }
      }),
    );
  });
});
