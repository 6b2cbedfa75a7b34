/** Type bytes of protocol 3.0 (libpq/protocol.h of later versions names them so). */
const code = (letter: string): number => letter.charCodeAt(0);

export const Frontend = {
  bind: code('B'),
  close: code('C'),
  copyData: code('d'),
  copyDone: code('c'),
  copyFail: code('f'),
  describe: code('D'),
  execute: code('E'),
  flush: code('H'),
  functionCall: code('F'),
  parse: code('P'),
  password: code('p'),
  query: code('Q'),
  sync: code('S'),
  terminate: code('X'),
} as const;

export const Backend = {
  authentication: code('R'),
  backendKeyData: code('K'),
  bindComplete: code('2'),
  closeComplete: code('3'),
  commandComplete: code('C'),
  copyData: code('d'),
  copyDone: code('c'),
  copyInResponse: code('G'),
  copyOutResponse: code('H'),
  dataRow: code('D'),
  emptyQuery: code('I'),
  error: code('E'),
  negotiateVersion: code('v'),
  noData: code('n'),
  notice: code('N'),
  parameterDescription: code('t'),
  parameterStatus: code('S'),
  parseComplete: code('1'),
  portalSuspended: code('s'),
  readyForQuery: code('Z'),
  rowDescription: code('T'),
} as const;

export const Authentication = { ok: 0, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

/** Instead of a protocol version, in the first packet. */
export const StartupCode = { protocol3: 3 << 16, cancel: 80877102, ssl: 80877103, gssEncryption: 80877104 } as const;

export const MAX_STARTUP_PACKET_BYTES = 10_000;
/** Before authentication is complete (PG_MAX_AUTH_TOKEN_LENGTH is larger: no GSSAPI tokens here). */
export const MAX_AUTHENTICATION_MESSAGE_BYTES = 10_000;
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
export const OUTPUT_CHUNK_BYTES = 64 * 1024;
