/** Data pages: header, line pointers, checksum, checks. */
export * from './header.js';
export * from './items.js';
export * from './index-items.js';
export * from './checksum.js';
export * from './verify.js';
