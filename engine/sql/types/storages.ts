import type { AttributeStorage } from '../../access/tuple/attribute-storage.js';
import { typeRow } from './type-rows.js';
import type { Oid } from '../../base/block.js';

/** Storage of a fixed-length value that one Buffer method pair reads and writes. */
export function fixedStorage<V>(
  oid: Oid,
  write: (value: V, target: Buffer, at: number) => void,
  read: (source: Buffer, at: number) => V,
): AttributeStorage<V> {
  const { length, align } = typeRow(oid);
  return { length, align, byteLength: () => length, write, read };
}

export function int32Storage(oid: Oid): AttributeStorage<number> {
  return fixedStorage<number>(
    oid,
    (value, target, at) => target.writeInt32LE(value, at),
    (source, at) => source.readInt32LE(at),
  );
}

export function uint32Storage(oid: Oid): AttributeStorage<number> {
  return fixedStorage<number>(
    oid,
    (value, target, at) => target.writeUInt32LE(value, at),
    (source, at) => source.readUInt32LE(at),
  );
}

export function int64Storage(oid: Oid): AttributeStorage<bigint> {
  return fixedStorage<bigint>(
    oid,
    (value, target, at) => target.writeBigInt64LE(value, at),
    (source, at) => source.readBigInt64LE(at),
  );
}

/** UTF-8 in a varlena or a C string. */
export function textStorage(oid: Oid): AttributeStorage<string> {
  const { length, align } = typeRow(oid);
  return {
    length,
    align,
    byteLength: (value) => Buffer.byteLength(value),
    write: (value, target, at) => void target.write(value, at),
    read: (source, at, byteLength) => source.toString('utf8', at, at + byteLength),
  };
}
