/**
 * Where things stand in the shared area 'checkpoints' (4096 bytes), which only this folder touches.
 *
 *   words 0..15      the checkpointer's counters and flags (checkpoint-requests.ts)
 *   words 16..79     one bit per process slot: waits for a checkpoint
 *   word 80          how often pg_control's image was changed (control-file.ts)
 *   bytes 512..1023  statistics, doubles (checkpoint-statistics.ts)
 *   bytes 2048..     the image of pg_control (control-file.ts)
 */
export const CONTROL_CHANGES_WORD = 80;
export const CONTROL_IMAGE_AT = 2048;
export const STATISTICS_DOUBLE = 64;
export const WAITER_WORDS = { first: 16, count: 64 } as const;

export const RequestWord = {
  started: 0,
  done: 1,
  failed: 2,
  flags: 3,
  /** The checkpointer's process slot + 1; 0 while there is none. */
  checkpointer: 4,
} as const;
