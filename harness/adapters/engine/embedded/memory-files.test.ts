import { expect } from 'chai';
import fc from 'fast-check';
import { dirSync } from 'tmp-promise';
import type { Files, OpenMode } from '../../../../engine/os/os.js';
import { RealFiles } from '../../../../engine/os/real-files.js';
import { MemoryFiles } from '../../../disks/memory-files.js';
import { VOLUME_BLOCK_BYTES, Volume } from '../../../disks/volume.js';

/**
 * Random calls on files in memory and on the machine's file system: every result and every error code must be the same.
 * Copies of the volume are taken on the way, and must not change when the original does, nor the other way round.
 */
const ROOT_DIRECTORY = '/data';
const FILES = ['a', 'b', 'd/a', 'd/e/c', 'gone/a'];
const DIRECTORIES = ['d', 'd/e', 'gone'];
const MODES: readonly OpenMode[] = ['read', 'read-write', 'create', 'create', 'create', 'create-exclusive'];
const MOST_BYTES = 3 * VOLUME_BLOCK_BYTES;

type Step =
  { readonly kind: 'call'; readonly name: string; readonly run: (side: Side) => unknown } | { readonly kind: 'copy' };

/** One of the two file systems, with the descriptors that are open. */
interface Side {
  readonly files: Files;
  readonly root: string;
  readonly open: number[];
}

const file = fc.constantFrom(...FILES);
const directory = fc.constantFrom(...DIRECTORIES);
const path = fc.constantFrom(...FILES, ...DIRECTORIES);
const descriptor = fc.nat({ max: 5 });
/** Positions and lengths around the borders of blocks, where there is something to get wrong. */
const place = fc.oneof(
  fc.nat({ max: MOST_BYTES }),
  fc
    .tuple(fc.nat({ max: 3 }), fc.integer({ min: -2, max: 2 }))
    .map(([block, shift]) => Math.max(0, block * VOLUME_BLOCK_BYTES + shift)),
);

const call = (name: string, run: (side: Side) => unknown): Step => ({ kind: 'call', name, run });
/** A call on one of the open descriptors; none when there are none. */
const onOpen = (name: string, index: number, run: (files: Files, fd: number, open: number[]) => unknown): Step =>
  call(`${name} of #${index}`, ({ files, open }) =>
    open.length > 0 ? run(files, open[index % open.length], open) : undefined,
  );
const sizeAndKind = (status: { bytes: number; kind: string } | undefined): unknown =>
  status && { kind: status.kind, bytes: status.kind === 'file' ? status.bytes : 0 };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(file, fc.constantFrom(...MODES)).map(([name, mode]) =>
    call(`open ${name} ${mode}`, (side) => {
      side.open.push(side.files.open(`${side.root}/${name}`, mode));
    }),
  ),
  descriptor.map((index) =>
    onOpen('close', index, (files, fd, open) => {
      files.close(fd);
      open.splice(open.indexOf(fd), 1);
    }),
  ),
  fc.tuple(descriptor, place, place).map(([index, position, length]) =>
    onOpen(`pread ${length}@${position}`, index, (files, fd) => {
      const target = Buffer.alloc(length + 7, 0x55);
      const count = files.pread(fd, target, 3, length, position);
      return { count, target: target.toString('latin1') };
    }),
  ),
  fc
    .tuple(descriptor, place, fc.oneof(fc.constant(0), place), fc.integer({ min: 0, max: 255 }))
    .map(([index, position, length, byte]) =>
      onOpen(`pwrite ${length}@${position}`, index, (files, fd) => {
        const source = Buffer.alloc(length + 2, byte);
        files.pwrite(fd, source, 1, length, position);
        source.fill(0x77);
      }),
    ),
  fc
    .tuple(descriptor, place)
    .map(([index, bytes]) => onOpen(`ftruncate ${bytes}`, index, (files, fd) => files.ftruncate(fd, bytes))),
  descriptor.map((index) => onOpen('fstat', index, (files, fd) => sizeAndKind(files.fstat(fd)))),
  descriptor.map((index) => onOpen('fsync', index, (files, fd) => files.fsync(fd))),
  path.map((name) => call(`stat ${name}`, (side) => sizeAndKind(side.files.stat(`${side.root}/${name}`)))),
  directory.map((name) => call(`readdir ${name}`, (side) => side.files.readdir(`${side.root}/${name}`).sort())),
  directory.map((name) => call(`mkdir ${name}`, (side) => side.files.mkdir(`${side.root}/${name}`))),
  directory.map((name) => call(`rmdir ${name}`, (side) => side.files.rmdir(`${side.root}/${name}`))),
  directory.map((name) => call(`fsyncDirectory ${name}`, (side) => side.files.fsyncDirectory(`${side.root}/${name}`))),
  fc
    .tuple(file, file)
    .map(([from, to]) =>
      call(`rename ${from} ${to}`, (side) => side.files.rename(`${side.root}/${from}`, `${side.root}/${to}`)),
    ),
  fc
    .tuple(directory, directory)
    .filter(([from, to]) => !to.startsWith(from))
    .map(([from, to]) =>
      call(`rename ${from} ${to}`, (side) => {
        // Only onto a free name: what the engine does.
        if (side.files.stat(`${side.root}/${to}`)) return;
        side.files.rename(`${side.root}/${from}`, `${side.root}/${to}`);
      }),
    ),
  fc
    .tuple(file, file)
    .map(([existing, added]) =>
      call(`link ${existing} ${added}`, (side) => side.files.link(`${side.root}/${existing}`, `${side.root}/${added}`)),
    ),
  file.map((name) => call(`unlink ${name}`, (side) => side.files.unlink(`${side.root}/${name}`))),
  fc.constant<Step>({ kind: 'copy' }),
);

const steps = fc.array(step, { minLength: 10, maxLength: 60, size: 'max' });

function outcome(run: () => unknown): unknown {
  try {
    return { value: run() };
  } catch (thrown) {
    return { code: (thrown as { code?: string }).code };
  }
}

/** Everything in a volume, read through fresh descriptors. */
function contentsOf(volume: Volume): Record<string, string> {
  return Object.fromEntries(
    [...volume.files()].map(({ path: name, id }) => [name, volume.contents(id).toString('latin1')]),
  );
}

describe('files in memory', () => {
  it('answer every call as a real file system does, and copies stay as they were', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const { name: realRoot, removeCallback } = dirSync({ unsafeCleanup: true });
        const volume = Volume.empty();
        const memory: Side = { files: new MemoryFiles(volume), root: ROOT_DIRECTORY, open: [] };
        const real: Side = { files: new RealFiles(), root: realRoot, open: [] };
        const copies: { volume: Volume; contents: Record<string, string> }[] = [];
        memory.files.mkdir(ROOT_DIRECTORY);
        try {
          for (const each of plan) {
            if (each.kind === 'copy') copies.push({ volume: volume.fork(), contents: contentsOf(volume) });
            else
              expect(
                outcome(() => each.run(memory)),
                each.name,
              ).to.deep.equal(outcome(() => each.run(real)));
          }
          for (const { volume: copy, contents } of copies) expect(contentsOf(copy)).to.deep.equal(contents);
        } finally {
          for (const fd of real.open) real.files.close(fd);
          removeCallback();
        }
      }),
      { numRuns: 150 },
    );
  });

  it('change in a copy without changing the original or its other copies', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.tuple(fc.nat({ max: 3 }), steps), { maxLength: 4 }), (first, turns) => {
        const original = Volume.empty();
        new MemoryFiles(original).mkdir(ROOT_DIRECTORY);
        runAll(original, first);
        const family = [original, original.fork(), original.fork()];
        family.push(family[1].fork());
        for (const [who, plan] of turns) {
          const others = family.filter((_, index) => index !== who);
          const before = others.map(contentsOf);
          runAll(family[who], plan);
          expect(others.map(contentsOf)).to.deep.equal(before);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function runAll(volume: Volume, plan: readonly Step[]): void {
  const side: Side = { files: new MemoryFiles(volume), root: ROOT_DIRECTORY, open: [] };
  for (const each of plan) if (each.kind === 'call') outcome(() => each.run(side));
}
