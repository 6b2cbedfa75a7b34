import type { SimulatedTarget } from '../../adapters/simulated-target.js';
import type { PendingChange } from '../../disks/crash-sweep.js';
import { sectorCount, type Survival } from '../../disks/survivors.js';
import type { Volume } from '../../disks/volume.js';
import type { PendingAccount } from '../../results/failure-account.js';
import type { WriteEvent } from '../../trace/storage-event.js';
import type { CrashedDisk } from './exact-crash.js';
import { describeEvent } from './describe-event.js';

const MOST_CHANGES = 60;
const MOST_FIELDS = 40;
const PAGE_BYTES = 8192;

/** What was on its way when the power failed, and what became of it; what survived whole only where there is room. */
export function pendingAccounts(crashed: CrashedDisk, target: SimulatedTarget): PendingAccount[] {
  const accounts = crashed.pending.map((change) => accountOf(change, crashed, target));
  const harmed = accounts.filter(({ fate }) => fate !== 'survived').slice(0, MOST_CHANGES);
  const room = MOST_CHANGES - harmed.length;
  const whole = new Set(accounts.filter(({ fate }) => fate === 'survived').slice(0, room));
  return accounts.filter((account) => harmed.includes(account) || whole.has(account));
}

export function fateOf(survival: Survival | undefined): PendingAccount['fate'] {
  if (survival === undefined) return 'lost';
  return survival === 'whole' ? 'survived' : 'torn';
}

function accountOf(
  { event, isForgotten }: PendingChange,
  { loss, image, disk }: CrashedDisk,
  target: SimulatedTarget,
): PendingAccount {
  const survival = loss.survivors.get(event.start);
  const account: PendingAccount = {
    what: `${describeEvent(event)}${isForgotten ? ', forgotten by a sync that failed' : ''}`,
    fate: fateOf(survival),
  };
  if (event.kind !== 'write') return account;
  const page = account.fate === 'survived' ? undefined : pageAccount(event, image, disk, target);
  return { ...account, sectors: sectorsOf(event, survival), ...(page ? { page } : {}) };
}

function sectorsOf(event: WriteEvent, survival: Survival | undefined): boolean[] {
  const survived = (sector: number): boolean =>
    survival === 'whole' || (typeof survival === 'object' && survival.includes(sector));
  return Array.from({ length: sectorCount(event) }, (_, sector) => survived(sector));
}

/** Of the first page that the write brings: the fields in which what was safe, what was written and what is left differ. */
function pageAccount(event: WriteEvent, image: Volume, disk: Volume, target: SimulatedTarget): PendingAccount['page'] {
  const reader = target.pageReader(event);
  if (!reader) return undefined;
  const [before, left] = [image, disk].map((volume) => reader.fieldsOf(pageAt(volume, event)));
  const written = reader.fieldsOf(event.data.subarray(0, PAGE_BYTES));
  const names = [...new Set([...written.keys(), ...before.keys(), ...left.keys()])];
  const fields = names
    .map((name) => ({
      name,
      before: before.get(name) ?? '',
      written: written.get(name) ?? '',
      left: left.get(name) ?? '',
    }))
    .filter((field) => field.before !== field.written || field.left !== field.written);
  return { title: reader.title, fields: fields.slice(0, MOST_FIELDS) };
}

function pageAt(volume: Volume, { node, offset }: WriteEvent): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  if (volume.node(node)?.kind === 'file') volume.read(node, page, 0, PAGE_BYTES, offset);
  return page;
}
