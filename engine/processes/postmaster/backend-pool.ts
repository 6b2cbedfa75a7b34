import { fatal } from '../../base/errors.js';
import type { Settings } from '../../base/settings/settings.js';
import { SqlState } from '../../base/sqlstate.js';
import type { Connection } from '../../os/network.js';
import type { Children, Member } from './children.js';
import type { TurnAway } from './turn-away.js';

/** Starting a process takes most of a processor: more than these at once only delay each other. */
const MOST_STARTING = 3;
/** While no client waits, the processors belong to those that are served already. */
const MOST_STARTING_AHEAD = 1;

/**
 * Backends kept ready, and connections that wait for one.
 *
 *   starting ──free──► idle ──connection──► serving ──its process ends
 *                       ▲                     │
 *                       └───── free ──────────┘   it was only a cancel request, or nothing
 */
export class BackendPool {
  private readonly starting = new Set<Member>();
  private readonly idle = new Set<Member>();
  private readonly serving = new Set<Member>();
  private readonly waiting: Connection[] = [];
  private targetIdle = 0;

  constructor(
    private readonly children: Children,
    private readonly settings: Settings,
    private readonly door: TurnAway,
  ) {}

  /** How many idle backends to keep; 0 also when the server stops and may start none. */
  keepIdle(count: number): void {
    this.targetIdle = count;
    this.settle();
  }

  /** Clients that have a backend or wait for one. */
  get clients(): number {
    return this.serving.size + this.waiting.length;
  }

  accept(connection: Connection): void {
    if (this.clients >= this.settings.get('max_connections')) {
      return this.door.turnAway(connection, fatal(SqlState.tooManyConnections, 'sorry, too many clients already'));
    }
    this.waiting.push(connection);
    return this.settle();
  }

  isServing(member: Member): boolean {
    return this.serving.has(member);
  }

  /** Matches connections with backends, and starts more where too few are ready. */
  settle(): void {
    for (const member of this.idle) {
      const connection = this.waiting.shift();
      if (!connection) break;
      this.idle.delete(member);
      this.serving.add(member);
      member.child.handOver({}, connection);
    }
    const wanted = this.waiting.length + this.targetIdle;
    const atOnce = this.waiting.length > 0 ? MOST_STARTING : MOST_STARTING_AHEAD;
    while (this.starting.size < atOnce && this.idle.size + this.starting.size < wanted) {
      if (!this.startOne()) break;
    }
  }

  /** Forgets a backend that has gone. */
  remove(member: Member): void {
    for (const set of [this.starting, this.idle, this.serving]) set.delete(member);
  }

  /** No connection that waits will be served any more, nor a backend be started. */
  close(turnAway: (connection: Connection) => void): void {
    this.targetIdle = 0;
    for (const connection of this.waiting.splice(0)) turnAway(connection);
  }

  private startOne(): boolean {
    const member = this.children.start('backend');
    if (!member) return false;
    this.starting.add(member);
    member.child.onMessage(() => this.free(member));
    return true;
  }

  private free(member: Member): void {
    const isKnown = this.starting.delete(member) || this.serving.delete(member);
    if (!isKnown) return; // its death was noticed first
    this.idle.add(member);
    this.settle();
  }
}
