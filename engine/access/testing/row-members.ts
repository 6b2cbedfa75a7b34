import { PgError } from '../../base/errors.js';
import type { Memory } from '../../memory/memory.js';
import {
  begin,
  commit,
  insertRow,
  joinAccess,
  nextStatement,
  rowLayout,
  rows,
  TABLE,
  type TestProcess,
} from './test-access.js';
import { findBrokenMarks, vacuum } from './test-vacuum.js';

/** What the processes of the waiting tests do, as members of a Cluster (memory/testing/processes.ts). */
export const ROW_MEMBERS_URL = import.meta.url;
export const PHASE_WORD = 400;

/** Moves the test on to the next phase. */
export function reachPhase(memory: Memory): void {
  const area = memory.arena.area('statistics');
  Atomics.add(area.i32, PHASE_WORD, 1);
  memory.arena.wake(area, PHASE_WORD, 100);
}

function phaseNow(memory: Memory): number {
  return Atomics.load(memory.arena.area('statistics').i32, PHASE_WORD);
}

export function awaitPhase(memory: Memory, phase: number): void {
  const area = memory.arena.area('statistics');
  for (let now = 0; (now = Atomics.load(area.i32, PHASE_WORD)) < phase;) {
    memory.arena.wait(area, PHASE_WORD, now, 20_000);
  }
}

/**
 * Carries out steps in one transaction and prints what each came to, as JSON: `begin`, `rr` (begin repeatable read),
 * `commit`, `abort`, `sub`, `release`, `undo`, `rows`, `reach`, `await:n`, `blocked` (until another process waits for a lock), `insert:key=value`, `update:key=value`, `delete:key`, `lock:key`.
 */
export function changeInSteps(memory: Memory, directory: string, steps: string): void {
  const member = joinAccess(directory, memory);
  member.context.settings.set('deadlock_timeout', 100, 'session');
  const told: string[] = [];
  try {
    for (const step of steps.split(' ')) told.push(takeStep(member, step));
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    member.access.transactions.abort();
    told.push(thrown.sqlState);
  }
  process.stdout.write(JSON.stringify(told.filter((line) => line !== '')));
}

function takeStep(member: TestProcess, step: string): string {
  const [name, argument = ''] = step.split(':');
  switch (name) {
    case 'begin':
    case 'rr':
      begin(member, name === 'rr' ? 'repeatable read' : 'read committed');
      member.access.transactions.snapshot();
      return '';
    case 'commit':
      commit(member);
      return '';
    case 'abort':
      member.access.transactions.abort();
      return '';
    case 'sub':
      member.access.transactions.beginSub();
      return '';
    case 'release':
      member.access.transactions.releaseSub();
      return '';
    case 'undo':
      member.access.transactions.rollbackSub();
      return '';
    case 'reach':
      reachPhase(member.context.memory);
      return '';
    case 'await':
      awaitPhase(member.context.memory, Number(argument));
      return '';
    case 'blocked':
      while (!member.storage.locks.list().some(({ granted }) => !granted)) member.context.memory.latches.waitSync(2);
      return '';
    case 'rows':
      nextStatement(member);
      return rows(member);
    default:
      return change(member, name, argument);
  }
}

function change(member: TestProcess, name: string, argument: string): string {
  const [key, value] = argument.split('=');
  const { heap } = member.access;
  nextStatement(member);
  if (name === 'insert') {
    insertRow(member, Number(key), value);
    return '';
  }
  const tid = find(member, Number(key));
  if (name === 'update') return heap.update(TABLE, tid, rowLayout.form([Number(key), value])).kind;
  return (name === 'delete' ? heap.delete(TABLE, tid) : heap.lock(TABLE, tid)).kind;
}

function find(member: TestProcess, wanted: number): { block: never; offset: number } {
  const { heap, transactions } = member.access;
  const scan = heap.scan(TABLE, transactions.snapshot());
  for (let tuple = scan.next(); tuple; tuple = scan.next()) {
    if (tuple.values(rowLayout)[0] !== wanted) continue;
    const { tid } = tuple;
    scan.close();
    return tid as { block: never; offset: number };
  }
  throw new Error(`no row ${wanted}`);
}

/**
 * Adds one to a counter row many times, as UPDATE does under read committed: on a conflict goes on with the newest
 * version. Prints how often it met one.
 */
export function incrementRow(memory: Memory, directory: string, times: string): void {
  const member = joinAccess(directory, memory);
  let conflicts = 0;
  for (let i = 0; i < Number(times); i++) {
    begin(member);
    conflicts += incrementOnce(member);
    commit(member, i % 3 === 0);
  }
  process.stdout.write(String(conflicts));
}

function incrementOnce(member: TestProcess): number {
  const { heap, transactions } = member.access;
  let tuple = heap.fetch(TABLE, find(member, 1), transactions.snapshot());
  for (let conflicts = 0; ; conflicts++) {
    if (!tuple) throw new Error('the counter is gone');
    const value = Number(tuple.values(rowLayout)[1]) + 1;
    const result = heap.update(TABLE, tuple.tid, rowLayout.form([1, String(value)]));
    if (result.kind === 'ok') return conflicts;
    if (result.kind !== 'updated') throw new Error(result.kind);
    tuple = heap.successor(TABLE, result);
  }
}

/**
 * Vacuums the table all the time that so many others move money in it, and once more: every other time freezing all it
 * can and waiting for pages that others have pinned. Prints how many dead versions it removed.
 */
export function vacuumAgainAndAgain(memory: Memory, directory: string, writers: string): void {
  const member = joinAccess(directory, memory);
  awaitPhase(memory, Number(writers));
  let removed = 0;
  for (let i = 0, isLast = false; !isLast; i++) {
    isLast = phaseNow(memory) === 2 * Number(writers);
    const outcome = vacuum(member, { isAggressive: i % 2 === 0, freezesAll: i % 2 === 0, truncates: false });
    removed += outcome.removedTuples;
    const problems = i % 5 === 0 ? findBrokenMarks(member) : [];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }
  process.stdout.write(String(removed));
}

/**
 * Moves amounts between the rows 1 to 4 and checks the sum of all in every snapshot; prints how often it gave way. Reaches
 * one phase when it begins and one when it has done.
 */
export function transferMoney(memory: Memory, directory: string, times: string): void {
  const member = joinAccess(directory, memory);
  member.context.settings.set('deadlock_timeout', 10, 'session');
  reachPhase(memory);
  let gaveWay = 0;
  for (let i = 0; i < Number(times); i++) {
    const from = 1 + (i % 4);
    const to = 1 + ((i + 1 + member.context.memory.slots.mine) % 4);
    if (from !== to && !transfer(member, from, to)) gaveWay++;
    checkSum(member);
  }
  reachPhase(memory);
  process.stdout.write(String(gaveWay));
}

function transfer(member: TestProcess, from: number, to: number): boolean {
  begin(member, 'repeatable read');
  try {
    const moved = addTo(member, from, -1) && addTo(member, to, 1);
    if (moved) commit(member, false);
    else member.access.transactions.abort();
    return moved;
  } catch (thrown) {
    if (!(thrown instanceof PgError) || thrown.sqlState !== '40P01') throw thrown;
    member.access.transactions.abort();
    return false;
  }
}

function addTo(member: TestProcess, key: number, amount: number): boolean {
  const { heap, transactions } = member.access;
  const tid = find(member, key);
  const value = Number(heap.fetch(TABLE, tid, transactions.snapshot())!.values(rowLayout)[1]) + amount;
  const isDone = heap.update(TABLE, tid, rowLayout.form([key, String(value)])).kind === 'ok';
  nextStatement(member);
  return isDone;
}

function checkSum(member: TestProcess): void {
  begin(member);
  const found = rows(member);
  commit(member);
  const sum = found.split(' ').reduce((total, row) => total + Number(row.split('=')[1]), 0);
  if (sum !== 400 || found.split(' ').length !== 4) throw new Error(`a snapshot saw ${found}`);
}
