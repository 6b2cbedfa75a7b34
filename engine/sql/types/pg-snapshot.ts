import type { Oid } from '../../base/block.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType, invalidInput } from './sql-type.js';

/** Which transactions had ended at some moment (utils/adt/xid8funcs.c): full ids, those running in order. */
export interface XidSnapshot {
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly running: readonly bigint[];
}

const TEXT = /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/;
const HEADER_BYTES = 20;
const LARGEST_ID = 2n ** 64n - 1n;

function parse(text: string): XidSnapshot {
  const match = TEXT.exec(text);
  const [xmin, xmax] = match ? [BigInt(match[1]), BigInt(match[2])] : [0n, 0n];
  const listed = match?.[3] ? match[3].split(',').map(BigInt) : [];
  const isOrdered = listed.every((id, index) => id >= xmin && id < xmax && (index === 0 || id >= listed[index - 1]));
  if (xmin === 0n || xmax < xmin || xmax > LARGEST_ID || !isOrdered) throw invalidInput('pg_snapshot', text);
  return { xmin, xmax, running: [...new Set(listed)] };
}

/** Printed, stored and sent as `xmin:xmax:running,...`; in binary a count, then the numbers. */
function snapshotType(oid: Oid): SqlType<XidSnapshot> {
  return defineType<XidSnapshot>(oid, {
    storage: {
      length: -1,
      align: 8,
      byteLength: ({ running }) => HEADER_BYTES + 8 * running.length,
      write({ xmin, xmax, running }, target, at) {
        target.writeUInt32LE(running.length, at);
        [xmin, xmax, ...running].forEach((id, index) => target.writeBigUInt64LE(id, at + 4 + 8 * index));
      },
      read(source, at) {
        const id = (index: number): bigint => source.readBigUInt64LE(at + 4 + 8 * index);
        const running = Array.from({ length: source.readUInt32LE(at) }, (_, index) => id(2 + index));
        return { xmin: id(0), xmax: id(1), running };
      },
    },
    input: parse,
    output: ({ xmin, xmax, running }) => `${xmin}:${xmax}:${running.join(',')}`,
    send({ xmin, xmax, running }) {
      const bytes = Buffer.alloc(HEADER_BYTES + 8 * running.length);
      bytes.writeInt32BE(running.length);
      [xmin, xmax, ...running].forEach((id, index) => bytes.writeBigUInt64BE(id, 4 + 8 * index));
      return bytes;
    },
    receive(bytes) {
      const count = Math.max(0, Math.floor((bytes.length - HEADER_BYTES) / 8));
      const ids = Array.from({ length: 2 + count }, (_, index) => bytes.readBigUInt64BE(4 + 8 * index));
      return parse(`${ids[0]}:${ids[1]}:${ids.slice(2).join(',')}`);
    },
  });
}

export const pgSnapshot = snapshotType(TypeOid.pgSnapshot);
/** Its older name. */
export const txidSnapshot = snapshotType(TypeOid.txidSnapshot);
