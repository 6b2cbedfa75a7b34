import {
  ERROR_CODES,
  STRUCK_OPERATION,
  type CallSite,
  type CutMember,
  type ErrorCode,
  type Fault,
  type KillMoment,
  type KillSet,
  type Occasion,
  type ProcessName,
  type Site,
} from './fault.js';
import { FILE_CLASSES, OPERATIONS, type FileClass, type Operation } from './operations.js';

export class FaultSyntaxError extends Error {
  override readonly name = 'FaultSyntaxError';
}

/** Reads one fault; throws FaultSyntaxError with the place where the text stops making sense. */
export function parseFault(text: string): Fault {
  const parser = new FaultParser(text);
  const fault = parser.fault();
  parser.end();
  return fault;
}

const TOKEN = /\s*([A-Za-z][\w:.-]*|\d+(?:\.\d+)?|\.\.|[#{}(),+\-=/])/y;

class FaultParser {
  private readonly tokens: { text: string; at: number }[] = [];
  private position = 0;

  constructor(private readonly text: string) {
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
      this.tokens.push({ text: match[1], at: match.index });
    }
    const read = this.tokens.length === 0 ? '' : text.slice(0, this.lastTokenEnd());
    if (text.slice(read.length).trim() !== '') this.fail('an unknown character', read.length);
  }

  fault(): Fault {
    const word = this.next();
    if (word === 'kill') return this.kill();
    if (word === 'stall') return this.stall();
    if (word === 'act') return this.act();
    if (word === 'short-read' || word === 'short-write') return this.short(word);
    if (word === 'rot') return this.rot();
    if (word === 'clock') return this.clock();
    const code = ERROR_CODES.find((candidate) => candidate === word);
    return code ? this.error(code) : this.fail('a kind of fault or an error code');
  }

  end(): void {
    if (this.position < this.tokens.length) this.fail('the end', this.tokens[this.position].at);
  }

  private kill(): Fault {
    const { victims, single } = this.victims();
    const preposition = this.next();
    if (preposition === 'when') return this.killWhen(victims);
    if (preposition !== 'at') return this.fail('at or when');
    if (this.accept('random')) return { kind: 'kill', victims, trigger: { kind: 'time', seconds: this.seconds() } };
    if (this.accept('cut'))
      return { kind: 'kill', victims, trigger: { kind: 'cut', members: this.braced(() => this.cutMember()) } };
    if (!single) return this.fail('random or cut (a set of victims needs "when PROCESS at ...")');
    return { kind: 'kill', trigger: { kind: 'site', process: single, site: this.site(), moment: this.moment() } };
  }

  private killWhen(victims: KillSet): Fault {
    const process = this.process();
    this.expect('at');
    return { kind: 'kill', victims, trigger: { kind: 'site', process, site: this.site(), moment: this.moment() } };
  }

  private act(): Fault {
    const name = this.next();
    if (!/^[a-z][a-z0-9-]*$/.test(name)) return this.fail("an action's name");
    this.expect('at');
    return { kind: 'act', name, seconds: this.seconds() };
  }

  private stall(): Fault {
    const process = this.process();
    this.expect('at');
    const site = this.site();
    this.expect('for');
    const milliseconds = this.integer();
    this.expect('ms');
    return { kind: 'stall', process, site, milliseconds };
  }

  private error(code: ErrorCode): Fault {
    const process = this.process();
    this.expect('at');
    const site = this.site();
    if (site.kind === 'point') return this.fail('a call, for no other thing can fail');
    return { kind: 'error', code, process, site };
  }

  private short(kind: 'short-read' | 'short-write'): Fault {
    const process = this.process();
    this.expect('at');
    const site = this.callOf(STRUCK_OPERATION[kind]);
    const bytes = this.integer();
    this.expect('bytes');
    return { kind, process, site, bytes };
  }

  private rot(): Fault {
    const process = this.process();
    this.expect('at');
    const site = this.callOf(STRUCK_OPERATION.rot);
    this.expect('bit');
    return { kind: 'rot', process, site, bit: this.integer() };
  }

  private clock(): Fault {
    const process = this.process();
    const sign = this.accept('-') ? -1 : 1;
    if (sign > 0) this.expect('+');
    const seconds = sign * this.number();
    if (seconds === 0) return this.fail('a jump');
    this.expect('s');
    this.expect('at');
    return { kind: 'clock', process, seconds, site: this.site() };
  }

  private victims(): { victims: KillSet; single?: ProcessName } {
    if (this.accept('all')) return { victims: 'all' };
    if (this.peek() === '{') return { victims: this.braced(() => this.process()) };
    const single = this.process();
    return { victims: [single], single };
  }

  private process(): ProcessName {
    const type = this.next();
    if (!/^[a-z][a-z-]*$/.test(type)) return this.fail('a process type');
    const numbered = this.peek() === '#' && this.adjoins();
    return numbered ? { type, ordinal: this.count() } : { type };
  }

  private site(): Site {
    const word = this.next();
    if (word === 'point') return { kind: 'point', point: this.next(), occasion: this.occasion() };
    if (word === 'call') return { kind: 'any', occasion: this.occasion() };
    const operation = OPERATIONS.find((candidate) => candidate === word) ?? this.fail<Operation>('an operation');
    this.expect('(');
    const name = this.next();
    const fileClass = FILE_CLASSES.find((candidate) => candidate === name) ?? this.fail<FileClass>('a file class');
    this.expect(')');
    return { kind: 'call', operation, fileClass, occasion: this.occasion() };
  }

  private callOf(operation: Operation): CallSite {
    const site = this.site();
    return site.kind === 'call' && site.operation === operation ? site : this.fail(`a ${operation}`);
  }

  private occasion(): Occasion {
    if (this.accept('p')) return this.chance();
    const first = this.count();
    if (this.accept('+')) return { kind: 'from', first };
    if (!this.accept('..')) return { kind: 'nth', count: first };
    const last = this.integer();
    return last >= first ? { kind: 'range', first, last } : this.fail(`${first} or more`);
  }

  private chance(): Occasion {
    this.expect('=');
    const probability = this.number();
    if (probability <= 0 || probability > 1) return this.fail('a probability');
    this.expect('/');
    return { kind: 'chance', probability, seed: this.integer() };
  }

  private moment(): KillMoment {
    if (this.accept('after')) return 'after';
    return this.accept('torn') ? { tornBytes: this.integer() } : 'before';
  }

  private cutMember(): CutMember {
    return { process: this.process(), calls: this.count() };
  }

  private braced<T>(item: () => T): T[] {
    this.expect('{');
    const items: T[] = [];
    while (!this.accept('}')) {
      if (items.length > 0) this.expect(',');
      items.push(item());
    }
    return items;
  }

  private count(): number {
    this.expect('#');
    return this.integer();
  }

  private seconds(): number {
    this.expect('+');
    return this.number();
  }

  private integer(): number {
    const value = this.number();
    return Number.isSafeInteger(value) ? value : this.fail('a whole number');
  }

  private number(): number {
    const word = this.next();
    return /^\d/.test(word) ? Number(word) : this.fail('a number');
  }

  /** Does the next token follow without a space? Tells `backend#2` from `backend #2`. */
  private adjoins(): boolean {
    return !/\s/.test(this.text[this.lastTokenEnd(this.position)] ?? ' ');
  }

  private lastTokenEnd(tokens = this.tokens.length): number {
    const { text, at } = this.tokens[tokens - 1];
    return this.text.indexOf(text, at) + text.length;
  }

  private peek(): string | undefined {
    return this.tokens[this.position]?.text;
  }

  private next(): string {
    const token = this.tokens[this.position];
    if (!token) return this.fail('more', this.text.length);
    this.position++;
    return token.text;
  }

  private accept(word: string): boolean {
    if (this.peek() !== word) return false;
    this.position++;
    return true;
  }

  private expect(word: string): void {
    if (!this.accept(word)) this.fail(`"${word}"`, this.tokens[this.position]?.at ?? this.text.length);
  }

  private fail<T = never>(expected: string, at = this.tokens[this.position - 1]?.at ?? 0): T {
    throw new FaultSyntaxError(`expected ${expected} at column ${at + 1} of fault: ${this.text}`);
  }
}
