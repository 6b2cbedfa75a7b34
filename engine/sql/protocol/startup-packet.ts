import { fatal } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { violation } from './message-stream.js';
import { StartupCode } from './message-types.js';

export type StartupPacket =
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel'; readonly pid: number; readonly key: number }
  | {
      readonly kind: 'startup';
      readonly user: string;
      readonly database: string;
      /** Settings the client asks for, in its order, those of `options` first. */
      readonly settings: readonly (readonly [name: string, value: string])[];
      /** What we must tell the client we do not know: a newer minor version, `_pq_.` options. */
      readonly unknownOptions: readonly string[];
      readonly isNewerMinor: boolean;
    };

const NAME_BYTES = 63;

/** Decodes the first packet of a connection, without its length word. Raises FATAL. */
export function parseStartupPacket(body: Buffer): StartupPacket {
  const code = body.readInt32BE(0);
  if (code === StartupCode.ssl || code === StartupCode.gssEncryption) return { kind: 'encryption' };
  if (code === StartupCode.cancel) {
    if (body.length !== 12) throw violation('invalid length of startup packet');
    return { kind: 'cancel', pid: body.readInt32BE(4), key: body.readInt32BE(8) };
  }
  const major = code >>> 16;
  const minor = code & 0xffff;
  if (major !== 3) {
    const message = `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.0`;
    throw fatal(SqlState.featureNotSupported, message);
  }
  return startup(parsePairs(body.subarray(4)), minor);
}

function startup(pairs: [string, string][], minor: number): StartupPacket {
  const take = (name: string): string | undefined => pairs.find(([key]) => key === name)?.[1];
  const user = truncateName(take('user') ?? '');
  if (user === '') throw fatal(SqlState.invalidAuthorization, 'no PostgreSQL user name specified in startup packet');
  if (!['false', 'off', 'no', '0', undefined].includes(take('replication'))) {
    throw fatal(SqlState.featureNotSupported, 'replication connections are not supported');
  }
  const special = new Set(['user', 'database', 'options', 'replication']);
  const rest = pairs.filter(([name]) => !special.has(name));
  return {
    kind: 'startup',
    user,
    database: truncateName(take('database') || user),
    settings: [...parseOptions(take('options') ?? ''), ...rest.filter(([name]) => !name.startsWith('_pq_.'))],
    unknownOptions: rest.map(([name]) => name).filter((name) => name.startsWith('_pq_.')),
    isNewerMinor: minor > 0,
  };
}

function parsePairs(bytes: Buffer): [string, string][] {
  const pairs: [string, string][] = [];
  let at = 0;
  const text = (): string => {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw violation('invalid startup packet layout: expected terminator as last byte');
    const value = bytes.toString('utf8', at, end);
    at = end + 1;
    return value;
  };
  for (let name = text(); name !== ''; name = text()) pairs.push([name, text()]);
  if (at !== bytes.length) throw violation('invalid startup packet layout: expected terminator as last byte');
  return pairs;
}

/** `-c name=value`, `-cname=value` and `--name=value`, split at blanks; a backslash quotes the next character. */
function parseOptions(options: string): [string, string][] {
  const words = options.match(/(?:\\.|[^\\\s])+/g)?.map((word) => word.replace(/\\(.)/g, '$1')) ?? [];
  const settings: [string, string][] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const assignment = word === '-c' ? words[++index] : (/^(?:-c|--)(.+)$/.exec(word)?.[1] ?? '');
    const match = /^([^=]+)=(.*)$/s.exec(assignment ?? '');
    if (!match) throw fatal(SqlState.syntaxError, `invalid command-line argument for server process: ${word}`);
    settings.push([match[1].replaceAll('-', '_'), match[2]]);
  }
  return settings;
}

/** Names longer than a `name` column holds are cut, as everywhere. */
function truncateName(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= NAME_BYTES) return name;
  let end = NAME_BYTES;
  while ((bytes[end] & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
