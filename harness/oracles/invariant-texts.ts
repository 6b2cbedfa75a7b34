import type { Invariant } from './oracle.js';

/** What each invariant says, in one line for people. Its file says it in full, and what it does not verify. */
export const INVARIANT_TEXTS: Readonly<Record<Invariant, string>> = {
  durability:
    'Every transaction whose commit was acknowledged, and every one a recovery has brought back, is in the data.',
  atomicity:
    'Of each transaction every part is in the data or none, and the data are what those that are there add up to.',
  'no-resurrection':
    'Nothing of a transaction that was rolled back, failed, or was lost in an earlier recovery is in the data.',
  'index-agreement': 'A table shows the same rows through each of its indexes as when its pages are read one by one.',
  'index-structure': 'Every index is a sound tree: keys in order, pages linked both ways, each with its downlink.',
  'async-loss': 'Asynchronous commits that a crash takes are the last ones, and no older than the target promises.',
  'live-reads': 'What clients read while the target ran was one consistent snapshot.',
  'no-internal-error': 'No statement failed with an error that says the database itself is broken.',
  'lsn-monotonicity':
    'Positions in the log never go back, and the log is one chain without a gap from the redo position on.',
  'write-ahead': 'No page on the disk is ahead of the log that is on the disk.',
  'xid-uniqueness': 'No transaction id is handed out twice, and the next one is beyond all that were used.',
  'commit-log': 'The commit log has every transaction that a row refers to and does not itself know the fate of.',
  'xid-horizon':
    'No row is older than its table says, no table than its database, no database than the cluster; none goes back.',
  'xid-limit': 'No more transaction ids are assigned than the oldest database allows.',
  'visibility-map': 'A page called all-visible or all-frozen has only rows that are, and says so itself.',
  'page-structure': 'Every page of a stopped cluster has a right checksum and a sound structure.',
  'recovery-idempotence': 'Two recoveries from the same crash, one of them crashed on its way, give the same contents.',
  'replay-images': 'Replay of the log makes the pages that the running cluster had made.',
  'serves-again': 'After a crash the target serves clients again within a bound, without help.',
  'no-leftovers': 'A stopped target leaves no process, no shared memory and no lock.',
  'second-opinion': 'Independent tools read the stopped cluster without complaint, and read the same in it.',
};
