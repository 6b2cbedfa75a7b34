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
