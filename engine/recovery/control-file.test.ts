import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect } from 'chai';
import { POSTGRES_BIN, skipWithout } from '../base/testing/postgres-tools.js';
import fc from 'fast-check';
import { dir } from 'tmp-promise';
import { PgError } from '../base/errors.js';
import { lsn } from '../base/lsn.js';
import { fullXid, xid } from '../base/xid.js';
import { openRealOs } from '../os/real-os.js';
import { readControlFile, writeControlFile } from './control-file.js';
import { clusterStates, encodeControlFile, type ControlFileData } from './control-file-format.js';
import { newControlFile } from './init.js';

const os = openRealOs();

/** Fields of pg_controldata's output by name. */
function controlData(directory: string): Map<string, string> {
  const text = execFileSync(`${POSTGRES_BIN}/pg_controldata`, [directory], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  return new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

function sample(change: Partial<ControlFileData> = {}): ControlFileData {
  const fresh = newControlFile({
    segmentBytes: 1024 ** 2,
    systemIdentifier: 7710492969686866732n,
    time: 1_790_000_000,
    nonce: Buffer.alloc(32, 7),
  });
  return { ...fresh, ...change };
}

function failureOf(body: () => unknown): PgError {
  try {
    body();
  } catch (thrown) {
    return thrown as PgError;
  }
  throw new Error('nothing was thrown');
}

describe('pg_control', () => {
  let directory = '';
  let cleanup = async (): Promise<void> => {};

  beforeEach(async () => {
    const made = await dir({ unsafeCleanup: true });
    directory = made.path;
    cleanup = made.cleanup;
    fs.mkdirSync(`${directory}/global`);
    fs.writeFileSync(`${directory}/global/pg_control`, encodeControlFile(sample()));
  });
  afterEach(() => cleanup());

  it('reads back whatever was written', () => {
    const lsns = fc.maxSafeNat().map(lsn);
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(
        lsns,
        lsns,
        word,
        fc.maxSafeNat(),
        fc.boolean(),
        fc.constantFrom(...clusterStates),
        (redo, at, oid, next, flag, state) => {
          const base = sample();
          const checkPointCopy = {
            ...base.checkPointCopy,
            redo,
            nextOid: oid,
            nextXid: fullXid(next),
            oldestXid: xid(oid),
            fullPageWrites: flag,
          };
          const control = {
            ...base,
            state,
            checkPoint: at,
            minRecoveryPoint: redo,
            backupEndRequired: flag,
            checkPointCopy,
          };
          writeControlFile(os, directory, control);
          expect(readControlFile(os, directory)).to.deep.equal(control);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is what pg_controldata reads', function () {
    skipWithout(this, 'pg_controldata');
    const base = sample();
    const nextXid = fullXid(3 * 2 ** 32 + 77);
    const checkPointCopy = {
      ...base.checkPointCopy,
      redo: lsn(0x16_0000_0028),
      nextXid,
      nextOid: 24576,
      oldestActiveXid: xid(76),
    };
    writeControlFile(
      os,
      directory,
      sample({ state: 'in production', checkPoint: lsn(0x16_b374_d848), checkPointCopy }),
    );
    const shown = controlData(directory);
    expect(shown.get('Database system identifier')).to.equal('7710492969686866732');
    expect(shown.get('Database cluster state')).to.equal('in production');
    expect(shown.get('Latest checkpoint location')).to.equal('16/B374D848');
    expect(shown.get("Latest checkpoint's REDO location")).to.equal('16/28');
    expect(shown.get("Latest checkpoint's NextXID")).to.equal('3:77');
    expect(shown.get("Latest checkpoint's NextOID")).to.equal('24576');
    expect(shown.get("Latest checkpoint's oldestActiveXID")).to.equal('76');
    expect(shown.get('Bytes per WAL segment')).to.equal('1048576');
    expect(shown.get('Data page checksum version')).to.equal('1');
    expect(shown.get('Mock authentication nonce')).to.equal('07'.repeat(32));
    expect([...shown.keys()].some((key) => key.startsWith('WARNING'))).to.equal(false);
  });

  it('equals byte for byte what PostgreSQL wrote, when read and written again', async function () {
    skipWithout(this, 'initdb');
    const original = postgresControlFile();
    fs.writeFileSync(`${directory}/global/pg_control`, original);
    expect(encodeControlFile(readControlFile(os, directory)).equals(original)).to.equal(true);
  });

  it('refuses any flipped bit', () => {
    const good = encodeControlFile(sample());
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 292 * 8 - 1 }), (bit) => {
        const bad = Buffer.from(good);
        bad[bit >> 3] ^= 1 << (bit & 7);
        fs.writeFileSync(`${directory}/global/pg_control`, bad);
        expect(failureOf(() => readControlFile(os, directory)).severity).to.equal('FATAL');
      }),
      { numRuns: 100 },
    );
  });

  it('says what is wrong in the words of PostgreSQL', () => {
    const refuse = (edit: (bytes: Buffer) => void): PgError => {
      const bytes = encodeControlFile(sample());
      edit(bytes);
      fs.writeFileSync(`${directory}/global/pg_control`, bytes);
      return failureOf(() => readControlFile(os, directory));
    };
    const checksum = refuse((bytes) => bytes.writeUInt32LE(1, 60));
    expect(checksum.message).to.equal('incorrect checksum in control file');
    expect(checksum.details.hint).to.be.a('string');
    const version = refuse((bytes) => bytes.writeUInt32LE(1201, 8));
    expect(version.message).to.equal('database files are incompatible with server');
    expect(version.details.detail).to.contain('PG_CONTROL_VERSION 1201, but');
    expect(version.details.hint).to.equal('It looks like you need to initdb.');
    expect(refuse((bytes) => bytes.writeUInt32BE(1300, 8)).details.hint).to.contain('mismatched byte ordering');
    fs.truncateSync(`${directory}/global/pg_control`, 200);
    const short = failureOf(() => readControlFile(os, directory));
    expect([short.severity, short.message]).to.deep.equal([
      'PANIC',
      'could not read file "global/pg_control": read 200 of 296',
    ]);
    fs.unlinkSync(`${directory}/global/pg_control`);
    const missing = failureOf(() => readControlFile(os, directory));
    expect(missing.message).to.equal('could not open file "global/pg_control": No such file or directory');
    expect([missing.severity, missing.sqlState]).to.deep.equal(['PANIC', '58P01']);
  });
});

/** A pg_control made by PostgreSQL's own initdb, which refuses to run as root. */
function postgresControlFile(): Buffer {
  const directory = fs.mkdtempSync('/tmp/reference-');
  try {
    const isRoot = process.getuid?.() === 0;
    if (isRoot) execFileSync('chown', ['postgres', directory]);
    const initdb = [`${POSTGRES_BIN}/initdb`, '-D', `${directory}/data`, '-k', '-N', '--locale=C'];
    const [command, ...args] = isRoot ? ['runuser', '-u', 'postgres', '--', ...initdb] : initdb;
    execFileSync(command, args, { stdio: 'ignore' });
    return fs.readFileSync(`${directory}/data/global/pg_control`);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
