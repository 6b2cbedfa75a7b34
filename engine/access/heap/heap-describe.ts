import type { WalRecord } from '../../wal/record.js';
import { HeapInfo, decodeUpdate, decodeXmaxChange, infobitsText } from './heap-records.js';

/** A heap record as text, as pg_waldump prints it (rmgrdesc/heapdesc.c). */
export function describeHeapRecord({ info, data }: WalRecord): string {
  const init = info & HeapInfo.initPage ? '+INIT' : '';
  switch (info & HeapInfo.operationMask) {
    case HeapInfo.insert:
      return `INSERT${init} off ${data.readUInt16LE(0)} flags ${flagsText(data[2])}`;
    case HeapInfo.delete: {
      const { offset, infobits, flags } = decodeXmaxChange(data);
      return `DELETE off ${offset} flags ${flagsText(flags)} ${infobitsText(infobits)}`;
    }
    case HeapInfo.update:
    case HeapInfo.hotUpdate: {
      const { oldOffset, oldXmax, oldInfobits, flags, newOffset, newXmax } = decodeUpdate(data);
      const from = `off ${oldOffset} xmax ${oldXmax} flags ${flagsText(flags)} ${infobitsText(oldInfobits)}`;
      const hot = (info & HeapInfo.operationMask) === HeapInfo.hotUpdate ? 'HOT_' : '';
      return `${hot}UPDATE${init} ${from}; new off ${newOffset} xmax ${newXmax}`;
    }
    case HeapInfo.lock: {
      const { xmax, offset, infobits, flags } = decodeXmaxChange(data);
      return `LOCK off ${offset}: xid ${xmax}: flags ${flagsText(flags)} ${infobitsText(infobits)}`;
    }
    case HeapInfo.confirm:
      return `HEAP_CONFIRM off ${data.readUInt16LE(0)}`;
    case HeapInfo.inPlace:
      return `INPLACE off ${data.readUInt16LE(0)}`;
    default:
      return `UNKNOWN (${info.toString(16)})`;
  }
}

export function flagsText(flags: number): string {
  return `0x${flags.toString(16).toUpperCase().padStart(2, '0')}`;
}
