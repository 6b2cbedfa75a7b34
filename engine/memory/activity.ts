import type { Area, Arena } from './arena.js';
import type { ProcessSlots } from './process-slots.js';

/**
 * What each process is doing, for pg_stat_activity (backend_status.h): 2048 bytes per slot.
 *
 * A change counter brackets every write (odd while writing), and readers try again when it moved.
 */
const SLOT_BYTES = 2048;
const CHANGE_WORD = 0;
const STATE_WORD = 1;
const PORT_WORD = 2;
const TIMES = { backendStart: 2, transactionStart: 3, queryStart: 4, stateChange: 5 } as const;
const CLIENT_TEXTS = {
  applicationName: { at: 64, bytes: 64 },
  clientAddress: { at: 128, bytes: 64 },
  role: { at: 192, bytes: 64 },
  database: { at: 256, bytes: 64 },
} as const;
/** Progress of a long command: which (0: none), of which relation, then its numbers, by command. */
const PROGRESS_COMMAND_WORD = 80;
const PROGRESS_RELATION_WORD = 81;
const PROGRESS_AT = 41;
const PROGRESS_NUMBERS = 12;
const PROGRESS_COMMANDS = ['', 'VACUUM', 'ANALYZE'] as const;
const QUERY_TEXT = { at: 1024, bytes: 1024 } as const;
const TEXTS = { ...CLIENT_TEXTS, query: QUERY_TEXT };
const STATES = ['', 'active', 'idle', 'idle in transaction', 'idle in transaction (aborted)', 'disabled'] as const;
const READ_ATTEMPTS = 1000;

export type ActivityState = (typeof STATES)[number];

/** Times are milliseconds since 1970, 0 when not set. */
export interface Activity {
  readonly state: ActivityState;
  readonly backendStart: number;
  readonly transactionStart: number;
  readonly queryStart: number;
  readonly stateChange: number;
  readonly applicationName: string;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly role: string;
  readonly database: string;
  readonly query: string;
}

export type ProgressCommand = Exclude<(typeof PROGRESS_COMMANDS)[number], ''>;

/** How far a long command of a process is (backend_progress.h). */
export interface Progress {
  readonly command: ProgressCommand;
  readonly relation: number;
  readonly numbers: readonly number[];
}

export type ActivityClient = Pick<Activity, keyof typeof CLIENT_TEXTS | 'backendStart' | 'clientPort'>;

export class ActivityTable {
  private readonly area: Area;

  constructor(
    arena: Arena,
    private readonly slots: ProcessSlots,
  ) {
    this.area = arena.area('activity');
  }

  /** Who this process serves, since when. */
  reportClient(client: ActivityClient): void {
    this.changing((slot) => {
      this.area.i32[(slot * SLOT_BYTES) / 4 + PORT_WORD] = client.clientPort;
      this.setTime(slot, TIMES.backendStart, client.backendStart);
      for (const [name, { at, bytes }] of Object.entries(CLIENT_TEXTS)) {
        this.writeText(slot * SLOT_BYTES + at, bytes, client[name as keyof typeof CLIENT_TEXTS]);
      }
    });
  }

  /** What this process does from `now` on, and the statement it does it for, when that is a new one. */
  reportState(state: ActivityState, now: number, query?: string): void {
    this.changing((slot) => {
      this.area.i32[(slot * SLOT_BYTES) / 4 + STATE_WORD] = STATES.indexOf(state);
      this.setTime(slot, TIMES.stateChange, now);
      if (state === 'active') this.setTime(slot, TIMES.queryStart, now);
      if (query !== undefined) this.writeText(slot * SLOT_BYTES + QUERY_TEXT.at, QUERY_TEXT.bytes, query);
    });
  }

  /** A long command on a relation begins; all its numbers are 0. */
  startProgress(command: ProgressCommand, relation: number): void {
    this.changing((slot) => {
      const numbers = (slot * SLOT_BYTES) / 8 + PROGRESS_AT;
      this.area.f64.fill(0, numbers, numbers + PROGRESS_NUMBERS);
      this.area.i32[(slot * SLOT_BYTES) / 4 + PROGRESS_COMMAND_WORD] = PROGRESS_COMMANDS.indexOf(command);
      this.area.u32[(slot * SLOT_BYTES) / 4 + PROGRESS_RELATION_WORD] = relation;
    });
  }

  setProgress(number: number, value: number): void {
    this.changing((slot) => (this.area.f64[(slot * SLOT_BYTES) / 8 + PROGRESS_AT + number] = value));
  }

  endProgress(): void {
    this.changing((slot) => (this.area.i32[(slot * SLOT_BYTES) / 4 + PROGRESS_COMMAND_WORD] = 0));
  }

  /** Undefined while the process runs no such command. */
  progress(slot: number): Progress | undefined {
    const word = (slot * SLOT_BYTES) / 4;
    const command = PROGRESS_COMMANDS[this.area.i32[word + PROGRESS_COMMAND_WORD]];
    if (!command) return undefined;
    const from = (slot * SLOT_BYTES) / 8 + PROGRESS_AT;
    const numbers = [...this.area.f64.subarray(from, from + PROGRESS_NUMBERS)];
    return { command, relation: this.area.u32[word + PROGRESS_RELATION_WORD], numbers };
  }

  clear(slot: number): void {
    this.area.bytes.fill(0, slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
  }

  read(slot: number): Activity {
    const word = (slot * SLOT_BYTES) / 4 + CHANGE_WORD;
    for (let attempt = 0; ; attempt++) {
      const before = Atomics.load(this.area.i32, word);
      const activity = this.copy(slot);
      const settled = before % 2 === 0 && Atomics.load(this.area.i32, word) === before;
      if (settled || attempt >= READ_ATTEMPTS) return activity;
    }
  }

  private changing(change: (slot: number) => void): void {
    const slot = this.slots.mine;
    if (slot < 0) return;
    const word = (slot * SLOT_BYTES) / 4 + CHANGE_WORD;
    Atomics.add(this.area.i32, word, 1);
    change(slot);
    Atomics.add(this.area.i32, word, 1);
  }

  private setTime(slot: number, at: number, time: number): void {
    this.area.f64[(slot * SLOT_BYTES) / 8 + at] = time;
  }

  private copy(slot: number): Activity {
    const word = (slot * SLOT_BYTES) / 4;
    const time = (name: keyof typeof TIMES): number => this.area.f64[(slot * SLOT_BYTES) / 8 + TIMES[name]];
    const text = (name: keyof typeof TEXTS): string =>
      this.readText(slot * SLOT_BYTES + TEXTS[name].at, TEXTS[name].bytes);
    return {
      state: STATES[this.area.i32[word + STATE_WORD]] ?? '',
      backendStart: time('backendStart'),
      transactionStart: time('transactionStart'),
      queryStart: time('queryStart'),
      stateChange: time('stateChange'),
      applicationName: text('applicationName'),
      clientAddress: text('clientAddress'),
      clientPort: this.area.i32[word + PORT_WORD],
      role: text('role'),
      database: text('database'),
      query: text('query'),
    };
  }

  private writeText(at: number, bytes: number, text: string): void {
    const length = this.area.bytes.write(text, at, bytes - 1);
    this.area.bytes[at + length] = 0;
  }

  private readText(at: number, bytes: number): string {
    const end = this.area.bytes.indexOf(0, at);
    return this.area.bytes.toString('utf8', at, end < 0 || end >= at + bytes ? at + bytes - 1 : end);
  }
}
