/**
 * The state word of a buffer (storage/buf_internals.h): 18 bits of reference count, 4 bits of usage count, flags.
 *
 * `locked` is the header spinlock: while it is set only its holder changes the word or the tag, save that a pin may
 * not be taken at all. It is held for a few instructions and never across a call that can fail.
 */
export const REFCOUNT_ONE = 1;
export const REFCOUNT_MASK = (1 << 18) - 1;
export const USAGE_ONE = 1 << 18;
export const USAGE_MASK = 0xf << 18;
export const MAX_USAGE = 5 * USAGE_ONE;

export const BufferFlag = {
  locked: 1 << 22,
  dirty: 1 << 23,
  valid: 1 << 24,
  tagValid: 1 << 25,
  ioInProgress: 1 << 26,
  ioError: 1 << 27,
  /** Changed since the write that is going on began: that write does not make it clean. */
  justDirtied: 1 << 28,
  checkpointNeeded: 1 << 30,
} as const;

/** All flags but the spinlock. */
export const FLAG_MASK =
  BufferFlag.dirty |
  BufferFlag.valid |
  BufferFlag.tagValid |
  BufferFlag.ioInProgress |
  BufferFlag.ioError |
  BufferFlag.justDirtied |
  BufferFlag.checkpointNeeded;
