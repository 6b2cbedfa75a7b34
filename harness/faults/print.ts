import type { Fault, KillFault, KillMoment, KillSet, Occasion, ProcessName, Site, Trigger } from './fault.js';

/** The fault as one line, which `parseFault` reads back to an equal value. */
export function printFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return printKill(fault);
    case 'act':
      return `act ${fault.name} at +${fault.seconds.toFixed(3)}`;
    case 'stall':
      return `stall ${printProcess(fault.process)} at ${printSite(fault.site)} for ${fault.milliseconds} ms`;
    case 'error':
      return `${fault.code} ${printProcess(fault.process)} at ${printSite(fault.site)}`;
    case 'short-read':
    case 'short-write':
      return `${fault.kind} ${printProcess(fault.process)} at ${printSite(fault.site)} ${fault.bytes} bytes`;
    case 'rot':
      return `rot ${printProcess(fault.process)} at ${printSite(fault.site)} bit ${fault.bit}`;
    case 'clock':
      return `clock ${printProcess(fault.process)} ${printJump(fault.seconds)} at ${printSite(fault.site)}`;
  }
}

export function printProcess({ type, ordinal }: ProcessName): string {
  return ordinal === undefined ? type : `${type}#${ordinal}`;
}

export function printSite(site: Site): string {
  return `${printPlace(site)} ${printOccasion(site.occasion)}`;
}

/** The site without its occasion: `fdatasync(wal)`. */
export function printPlace(site: Site): string {
  switch (site.kind) {
    case 'call':
      return `${site.operation}(${site.fileClass})`;
    case 'point':
      return `point ${site.point}`;
    case 'any':
      return 'call';
  }
}

function printOccasion(occasion: Occasion): string {
  switch (occasion.kind) {
    case 'nth':
      return `#${occasion.count}`;
    case 'from':
      return `#${occasion.first}+`;
    case 'range':
      return `#${occasion.first}..${occasion.last}`;
    case 'chance':
      return `p=${occasion.probability}/${occasion.seed}`;
  }
}

function printJump(seconds: number): string {
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)} s`;
}

function printKill({ victims, trigger }: KillFault): string {
  if (trigger.kind !== 'site') return `kill ${printVictims(victims ?? 'all')} at ${printWhen(trigger)}`;
  const where = `${printProcess(trigger.process)} at ${printSite(trigger.site)}${printMoment(trigger.moment)}`;
  return victims === undefined ? `kill ${where}` : `kill ${printVictims(victims)} when ${where}`;
}

function printVictims(victims: KillSet): string {
  return victims === 'all' ? 'all' : `{${victims.map(printProcess).join(', ')}}`;
}

function printWhen(trigger: Exclude<Trigger, { kind: 'site' }>): string {
  if (trigger.kind === 'time') return `random +${trigger.seconds.toFixed(3)}`;
  return `cut {${trigger.members.map(({ process, calls }) => `${printProcess(process)} #${calls}`).join(', ')}}`;
}

function printMoment(moment: KillMoment): string {
  if (moment === 'before') return '';
  return moment === 'after' ? ' after' : ` torn ${moment.tornBytes}`;
}
