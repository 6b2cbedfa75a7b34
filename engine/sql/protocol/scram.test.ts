import { expect } from 'chai';
import * as fc from 'fast-check';
import { PgError } from '../../base/errors.js';
import { ScramExchange, makeScramVerifier, mockVerifier, parseScramVerifier } from './scram.js';

const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const CLIENT_NONCE = 'rOprNGfwEbeRWgbNEkqO';
const SERVER_NONCE = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const CLIENT_FIRST = `n,,n=user,r=${CLIENT_NONCE}`;
const CLIENT_FINAL = `c=biws,r=${CLIENT_NONCE}${SERVER_NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`;

function exchange(password = 'pencil'): ScramExchange {
  return new ScramExchange(parseScramVerifier(makeScramVerifier(password, SALT))!, SERVER_NONCE);
}

describe('SCRAM-SHA-256', () => {
  it("speaks RFC 7677's example", () => {
    const server = exchange();
    expect(server.begin(CLIENT_FIRST)).to.equal(`r=${CLIENT_NONCE}${SERVER_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`);
    expect(server.finish(CLIENT_FINAL)).to.equal('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  it('refuses a proof for another password', () => {
    const server = exchange('pencil2');
    server.begin(CLIENT_FIRST);
    expect(server.finish(CLIENT_FINAL)).to.equal(undefined);
  });

  it('gives an unknown user the same salt each time, and never lets him in', () => {
    const nonce = Buffer.alloc(32, 1);
    expect(mockVerifier('eve', nonce).salt).to.deep.equal(mockVerifier('eve', nonce).salt);
    expect(mockVerifier('eve', nonce).salt).not.to.deep.equal(mockVerifier('bob', nonce).salt);
    const server = new ScramExchange(mockVerifier('eve', nonce), SERVER_NONCE);
    server.begin(CLIENT_FIRST);
    expect(server.finish(CLIENT_FINAL)).to.equal(undefined);
  });

  it('raises FATAL 08P01 or 0A000 for what is no exchange, and nothing else', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom(CLIENT_FIRST, CLIENT_FINAL, 'p=tls-unique,,n=,r=x', 'y,,n=,r=x'),
    );
    fc.assert(
      fc.property(words, words, (first, final) => {
        const server = exchange();
        try {
          server.begin(first);
          expect(server.finish(final)).to.satisfy((v: string | undefined) => v === undefined || first === CLIENT_FIRST);
        } catch (thrown) {
          expect(thrown).to.be.instanceOf(PgError);
          expect((thrown as PgError).sqlState).to.be.oneOf(['08P01', '0A000']);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('knows its own verifiers from other texts', () => {
    expect(parseScramVerifier('md5abc')).to.equal(undefined);
    expect(parseScramVerifier('SCRAM-SHA-256$4096:c2FsdA==$YQ==:Yg==')).to.equal(undefined);
  });
});
