import { FaultSyntaxError } from '../faults/parse.js';
import type { Survival, Survivors } from './survivors.js';

/**
 * A crash as one line, which parses back:
 *
 *   power-loss at +1412 keep {}                        nothing that was on its way survived
 *   power-loss at +1412 keep {1398, 1401[0-3,8]}       event 1398, and sectors 0 to 3 and 8 of write 1401
 *   power-loss at +1412 keep {1398[size], 1404[both-names]}
 */
export interface PowerLoss {
  /** Place in the trace: what had begun by then may have happened. */
  readonly at: number;
  readonly survivors: Survivors;
}

export function printPowerLoss({ at, survivors }: PowerLoss): string {
  const kept = [...survivors]
    .sort(([a], [b]) => a - b)
    .map(([start, survival]) => `${start}${printSurvival(survival)}`);
  return `power-loss at +${at} keep {${kept.join(', ')}}`;
}

export function parsePowerLoss(text: string): PowerLoss {
  const match = /^power-loss at \+(\d+) keep \{(.*)\}$/.exec(text.trim());
  if (!match) throw new FaultSyntaxError(`expected "power-loss at +N keep {...}": ${text}`);
  const survivors = new Map<number, Survival>();
  for (const item of match[2].split(/,\s+/).filter(Boolean)) {
    const parts = /^(\d+)(?:\[([^\]]*)\])?$/.exec(item);
    if (!parts) throw new FaultSyntaxError(`expected an event, or one with sectors, instead of "${item}": ${text}`);
    const start = Number(parts[1]);
    if (survivors.has(start)) throw new FaultSyntaxError(`event ${start} is named twice: ${text}`);
    survivors.set(start, parseSurvival(parts[2]));
  }
  return { at: Number(match[1]), survivors };
}

function printSurvival(survival: Survival): string {
  if (survival === 'whole') return '';
  return `[${typeof survival === 'string' ? survival : printRanges(survival)}]`;
}

function printRanges(sectors: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const sector of sectors) {
    const last = ranges.at(-1);
    if (last && last[1] === sector - 1) last[1] = sector;
    else ranges.push([sector, sector]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

function parseSurvival(text: string | undefined): Survival {
  if (text === undefined) return 'whole';
  if (text === 'size' || text === 'both-names') return text;
  const sectors = text.split(',').filter(Boolean).flatMap(parseRange);
  if (sectors.some((sector, index) => index > 0 && sector <= sectors[index - 1]))
    throw new FaultSyntaxError(`expected sectors in rising order, instead of "${text}"`);
  return sectors;
}

function parseRange(range: string): number[] {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
  const count = Number(to) - Number(from) + 1;
  if (!(count > 0)) throw new FaultSyntaxError(`expected sectors, such as 0-3, instead of "${range}"`);
  return Array.from({ length: count }, (_, index) => Number(from) + index);
}
