import type { Fault, KillFault, KillMoment, KillSet, ProcessName, Site, Trigger } from './fault.js';

/** The fault as one line, which `parseFault` reads back to an equal value. */
export function printFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return printKill(fault);
    case 'stall':
      return `stall ${printProcess(fault.process)} at ${printSite(fault.site)} for ${fault.milliseconds} ms`;
    case 'error':
      return `${fault.code} ${printProcess(fault.process)} at ${printSite(fault.site)}`;
  }
}

export function printProcess({ type, ordinal }: ProcessName): string {
  return ordinal === undefined ? type : `${type}#${ordinal}`;
}

export function printSite(site: Site): string {
  switch (site.kind) {
    case 'call':
      return `${site.operation}(${site.fileClass}) #${site.count}`;
    case 'point':
      return `point ${site.point} #${site.count}`;
    case 'any':
      return `call #${site.count}`;
  }
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
