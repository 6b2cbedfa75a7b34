declare module 'fs-ext' {
  const fsExt: {
    /** Throws an error with `code` EAGAIN when `exnb` cannot take the lock. */
    flockSync(fd: number, flags: 'sh' | 'ex' | 'shnb' | 'exnb' | 'un'): void;
  };
  export default fsExt;
}
