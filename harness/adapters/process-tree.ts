import { readFileSync, readdirSync } from 'node:fs';

/** The living children of a process, from /proc, with their command lines. */
export function childrenOf(parent: number): { pid: number; commandLine: string }[] {
  const children: { pid: number; commandLine: string }[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(ppid) !== parent || state === 'Z') continue;
      children.push({ pid: Number(entry), commandLine: commandLineOf(Number(entry)) });
    } catch {
      // It ended while we looked.
    }
  }
  return children;
}

/** `root` and all its descendants, parents first. */
export function processTree(root: number): number[] {
  const tree = [root];
  for (const parent of tree) tree.push(...childrenOf(parent).map(({ pid }) => pid));
  return tree;
}

export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
