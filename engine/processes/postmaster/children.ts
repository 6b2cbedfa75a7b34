import type { MemorySizes } from '../../memory/area-table.js';
import type { Memory } from '../../memory/memory.js';
import type { Child, ChildEnd } from '../../os/child-processes.js';
import type { FileDescriptor } from '../../os/os.js';
import type { ServerOs } from '../../os/server-os.js';
import { processDefinition, processTitle, type ProcessType } from '../process-table.js';
import type { ChildArguments } from '../server-process.js';

/** A running child and its place in shared memory. */
export interface Member {
  readonly type: ProcessType;
  readonly slot: number;
  readonly child: Child;
}

export interface Surroundings {
  readonly os: ServerOs;
  readonly memory: Memory;
  readonly sizes: MemorySizes;
  readonly dataDirectory: string;
  readonly clusterName: string;
  readonly serverStart: number;
  /** Descriptors 3 and 4 of every child. */
  readonly inherit: readonly [sharedMemory: FileDescriptor, lock: FileDescriptor];
  /** Absolute path of the program. */
  readonly program: string;
}

/** The postmaster's children: each has a slot that nobody else uses until it is gone. */
export class Children {
  private readonly members = new Map<number, Member>();

  constructor(
    private readonly around: Surroundings,
    private readonly onEnd: (member: Member, end: ChildEnd) => void,
  ) {}

  /** Undefined when all slots for this type are taken. */
  start(type: ProcessType): Member | undefined {
    const slot = this.freeSlot(type);
    if (slot === undefined) return undefined;
    const { os, dataDirectory, sizes, serverStart, clusterName, inherit, program } = this.around;
    const args: ChildArguments = { slot, postmasterPid: os.processes.pid, dataDirectory, sizes, serverStart };
    const definition = processDefinition(type);
    const child = os.children.spawn({
      module: program,
      args: [type, JSON.stringify(args)],
      title: processTitle(clusterName, definition.title),
      inherit,
      takesConnections: definition.takesConnections ?? false,
    });
    const member = { type, slot, child };
    this.members.set(slot, member);
    child.onEnd((end) => this.remove(member, end));
    return member;
  }

  get count(): number {
    return this.members.size;
  }

  all(): Member[] {
    return [...this.members.values()];
  }

  of(type: ProcessType): Member[] {
    return this.all().filter((member) => member.type === type);
  }

  has(...types: ProcessType[]): boolean {
    return this.all().some(({ type }) => types.includes(type));
  }

  hasOtherThan(type: ProcessType): boolean {
    return this.all().some((member) => member.type !== type);
  }

  /** Raises interrupts in a child and wakes it. */
  interrupt({ slot }: Member, bits: number): void {
    this.around.memory.slots.raiseInterrupt(slot, bits);
    this.around.memory.latches.set(slot);
  }

  private freeSlot(type: ProcessType): number | undefined {
    const { backendCount } = this.around.memory.slots;
    const { auxiliarySlot, places = 1 } = processDefinition(type);
    if (auxiliarySlot === undefined) return this.firstFree(0, backendCount);
    return this.firstFree(backendCount + auxiliarySlot, places);
  }

  private firstFree(from: number, count: number): number | undefined {
    for (let slot = from; slot < from + count; slot++) if (!this.members.has(slot)) return slot;
    return undefined;
  }

  private remove(member: Member, end: ChildEnd): void {
    if (this.members.get(member.slot) !== member) return;
    this.members.delete(member.slot);
    this.around.memory.slots.free(member.slot);
    this.around.memory.activity.clear(member.slot);
    this.onEnd(member, end);
  }
}
