import { createRequire } from 'node:module';

/**
 * A package with machine code or WebAssembly in it, loaded when its first function is called: such code cannot be part of
 * a start-up image (processes/image.ts), and most processes need only some of it. Node's module cache keeps it.
 */
export function loadNativePackage<T>(name: string): T {
  return createRequire(import.meta.url)(name) as T;
}
