/** What a checkpoint is asked for, as OR-able bits (access/xlog.h). */
export const CheckpointFlag = {
  /** Of the shutdown sequence: nobody writes WAL any more. */
  isShutdown: 0x01,
  endOfRecovery: 0x02,
  /** Without pauses between the writes. */
  immediate: 0x04,
  /** Even when nothing happened since the last one. */
  force: 0x08,
  flushAll: 0x10,
  /** The requester waits for its end. */
  wait: 0x20,
  /** Somebody asked: set in every request. */
  requested: 0x40,
  causeWal: 0x80,
  causeTime: 0x100,
} as const;

const WORDS: readonly (readonly [number, string])[] = [
  [CheckpointFlag.isShutdown, 'shutdown'],
  [CheckpointFlag.endOfRecovery, 'end-of-recovery'],
  [CheckpointFlag.immediate, 'immediate'],
  [CheckpointFlag.force, 'force'],
  [CheckpointFlag.wait, 'wait'],
  [CheckpointFlag.causeWal, 'wal'],
  [CheckpointFlag.causeTime, 'time'],
  [CheckpointFlag.flushAll, 'flush-all'],
];

/** The flags as log_checkpoints prints them: `immediate force wait`. */
export function describeFlags(flags: number): string {
  return WORDS.filter(([bit]) => (flags & bit) !== 0)
    .map(([, word]) => word)
    .join(' ');
}

/** Checkpoints that nobody waits out: at shutdown, at the end of recovery, or asked to hurry. */
export function isUnthrottled(flags: number): boolean {
  const { immediate, isShutdown, endOfRecovery } = CheckpointFlag;
  return (flags & (immediate | isShutdown | endOfRecovery)) !== 0;
}
