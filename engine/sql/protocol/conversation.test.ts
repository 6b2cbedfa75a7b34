import { expect } from 'chai';
import { PgError, error, fatal } from '../../base/errors.js';
import type { ColumnDescription, Portal, PreparedStatement, Session, SessionEvent } from '../session.js';
import { Conversation } from './conversation.js';
import type { FrontendMessage } from './frontend-messages.js';
import { MessageWriter } from './message-writer.js';

const COLUMN: ColumnDescription = {
  name: 'n',
  tableOid: 0,
  attribute: 0,
  typeOid: 23,
  typeLength: 4,
  typeModifier: -1,
};

/** As much of a Session as a conversation needs: `rows N` yields numbers, `fail` and `die` throw. */
class ScriptedSession {
  readonly preparedStatements = new Map<string, PreparedStatement>();
  status = 'I';
  readonly isInTransaction = false;
  readonly failures: unknown[] = [];

  *simpleQuery(sql: string): Generator<SessionEvent> {
    yield { kind: 'columns', columns: [COLUMN] };
    yield* this.rows(sql);
  }

  parse(text: string): PreparedStatement {
    if (text === 'fail to parse') throw error('42601', 'syntax error');
    return { text, parameterTypes: text.includes('$1') ? [23] : [], columns: [COLUMN] };
  }

  bind(statement: PreparedStatement): Portal {
    const rows = this.rows(statement.text);
    return {
      columns: [COLUMN],
      isGone: false,
      *run(maxRows) {
        for (let left = maxRows || Infinity; left > 0; left--) {
          const next = rows.next();
          if (next.done) return;
          yield next.value;
          if (next.value.kind === 'complete') return;
        }
        yield { kind: 'suspended' };
      },
      close: () => {},
    };
  }

  finishImplicit(): void {}

  failed(thrown: unknown): PgError {
    this.failures.push(thrown);
    return thrown instanceof PgError ? thrown : error('XX000', (thrown as Error).message);
  }

  private *rows(sql: string): Generator<SessionEvent> {
    if (sql === 'fail') throw error('22012', 'division by zero');
    if (sql === 'die') throw fatal('57P01', 'terminating');
    const count = Number(/\d+/.exec(sql)?.[0] ?? 0);
    for (let n = 0; n < count; n++) yield { kind: 'row', values: [n] };
    yield { kind: 'complete', tag: `SELECT ${count}` };
  }
}

function converse() {
  const session = new ScriptedSession();
  const writer = new MessageWriter();
  const reported: unknown[] = [];
  const conversation = new Conversation(
    session as unknown as Session,
    writer,
    () => ({}),
    (thrown) => reported.push(thrown),
    () => undefined,
  );
  /** Message types of the answer, one letter each; those that `skips` names are not handed over. */
  const say = (...messages: FrontendMessage[]): string => {
    for (const message of messages) {
      const type = message.kind === 'sync' ? 'S' : 'other';
      if (!conversation.skips(type.charCodeAt(0))) for (const _ of conversation.handle(message));
    }
    return letters(writer.take());
  };
  return { session, writer, conversation, reported, say };
}

function letters(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) text += String.fromCharCode(bytes[at]);
  return text;
}

const parse = (sql: string, name = ''): FrontendMessage => ({ kind: 'parse', name, sql, parameterTypes: [] });
const bind = (parameters: (Buffer | null)[] = [], statement = ''): FrontendMessage => ({
  kind: 'bind',
  portal: '',
  statement,
  parameterFormats: [],
  parameters,
  resultFormats: ['binary'],
});
const execute = (maxRows = 0): FrontendMessage => ({ kind: 'execute', portal: '', maxRows });
const sync: FrontendMessage = { kind: 'sync' };

describe('Conversation', () => {
  it('answers a simple query', () => {
    expect(converse().say({ kind: 'query', sql: 'rows 2' })).to.equal('TDDCZ');
  });

  it('answers an error in a simple query and is ready again', () => {
    const { say, session, reported } = converse();
    expect(say({ kind: 'query', sql: 'fail' })).to.equal('TEZ');
    expect(session.failures).to.have.length(1);
    expect(reported).to.have.length(1);
  });

  it('runs the extended protocol, row limits included', () => {
    const { say } = converse();
    const describe: FrontendMessage = { kind: 'describe', target: 'statement', name: '' };
    expect(say(parse('rows 3 $1'), describe, bind([Buffer.from('1')]))).to.equal('1tT2');
    expect(say(execute(2), execute(2), sync)).to.equal('DDsDCZ');
  });

  it('skips everything between an error and Sync', () => {
    const { say } = converse();
    expect(say(parse('fail'), bind(), execute(), parse('rows 1'), bind(), execute(), sync)).to.equal('12EZ');
    expect(say(parse('rows 1'), bind(), execute(), sync)).to.equal('12DCZ');
  });

  it('tells wrong names and counts by their SQLSTATE', () => {
    const { say, reported } = converse();
    const states = (): string[] => reported.splice(0).map((thrown) => (thrown as PgError).sqlState);
    say(bind([], 'none'), sync, execute(), sync, parse('rows 1', 'a'), parse('rows 1', 'a'), sync);
    expect(states()).to.deep.equal(['26000', '34000', '42P05']);
    say(parse('rows 1'), bind([null]), sync, parse('rows $1'), bind([Buffer.from([0xff])]), sync);
    expect(states()).to.deep.equal(['08P01', '22021']);
  });

  it('yields when enough output has gathered, and ends the statement when its sender fails', () => {
    const { conversation, writer, session } = converse();
    const answer = conversation.handle({ kind: 'query', sql: 'rows 100000' });
    expect(answer.next()).to.deep.equal({ value: 'output', done: false });
    expect(writer.pendingBytes).to.be.within(65536, 70000);
    writer.take();
    answer.throw(error('57014', 'canceled'));
    expect(session.failures).to.have.length(1);
    expect(letters(writer.take())).to.equal('EZ');
  });

  it('hands FATAL on, with nothing said', () => {
    const { conversation, writer } = converse();
    expect(() => [...conversation.handle({ kind: 'query', sql: 'die' })]).to.throw('terminating');
    expect(letters(writer.take())).to.equal('T');
  });

  it('refuses a function call and is ready again', () => {
    expect(converse().say({ kind: 'functionCall' })).to.equal('EZ');
  });
});
