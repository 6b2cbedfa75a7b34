import { type BlockNumber, type Tid } from '../../base/block.js';
import { TypeOid } from './oids.js';
import { type SqlType, defineType, invalidInput, mix, requireBytes } from './sql-type.js';
import { fixedStorage } from './storages.js';

function parse(text: string): Tid {
  const match = /^\(\s*(-?[0-9]+),\s*(-?[0-9]+)\)$/.exec(text);
  const block = Number(match?.[1]);
  const offset = Number(match?.[2]);
  if (!match || block > 0xffff_ffff || block < -0x8000_0000 || offset > 0xffff || offset < 0)
    throw invalidInput('tid', text);
  return { block: (block >>> 0) as BlockNumber, offset };
}

/** A row's place. On disk the block number is two 16-bit halves, the high one first (storage/itemptr.h). */
export const tid: SqlType<Tid> = defineType(TypeOid.tid, {
  storage: fixedStorage<Tid>(
    TypeOid.tid,
    (value, target, at) => {
      target.writeUInt16LE(value.block >>> 16, at);
      target.writeUInt16LE(value.block & 0xffff, at + 2);
      target.writeUInt16LE(value.offset, at + 4);
    },
    (source, at) => ({
      block: (source.readUInt16LE(at) * 0x10000 + source.readUInt16LE(at + 2)) as BlockNumber,
      offset: source.readUInt16LE(at + 4),
    }),
  ),
  input: parse,
  output: (value) => `(${value.block},${value.offset})`,
  send(value) {
    const bytes = Buffer.alloc(6);
    bytes.writeUInt32BE(value.block, 0);
    bytes.writeUInt16BE(value.offset, 4);
    return bytes;
  },
  receive(bytes) {
    requireBytes(bytes, 6);
    return { block: bytes.readUInt32BE(0) as BlockNumber, offset: bytes.readUInt16BE(4) };
  },
  compare: (a, b) => a.block - b.block || a.offset - b.offset,
  hash: (value) => mix(value.block ^ (value.offset << 16)),
});
