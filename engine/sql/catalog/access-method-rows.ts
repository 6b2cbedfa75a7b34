import { library } from '../analyse/library.js';
import { BOOTSTRAP_SUPERUSER, HEAP_ACCESS_METHOD, PG_CATALOG_NAMESPACE } from './catalog-table.js';
import type { CatalogRow } from './catalog-store.js';
import {
  BTREE_ACCESS_METHOD,
  familyComparisons,
  operatorClasses,
  operatorFamilies,
  type OperatorFamily,
} from './operator-classes.js';

/** The catalogs that say how indexes order things: what a new database begins with. */
const HEAP_HANDLER = 3;
const BTREE_HANDLER = 330;
/** Oids of the range initdb gives to such rows; PostgreSQL's own vary. */
const FIRST_MEMBER_OID = 10_000;
/** pg_amop.amopstrategy, from 1 (access/stratnum.h). */
const STRATEGIES = ['<', '<=', '=', '>=', '>'];

export function accessMethodRows(): CatalogRow[] {
  return [
    { oid: HEAP_ACCESS_METHOD, amname: 'heap', amhandler: HEAP_HANDLER, amtype: 't' },
    { oid: BTREE_ACCESS_METHOD, amname: 'btree', amhandler: BTREE_HANDLER, amtype: 'i' },
  ];
}

export function operatorClassRows(): CatalogRow[] {
  return operatorClasses.map(({ oid, name, family, input, isDefault }) => ({
    oid,
    opcmethod: BTREE_ACCESS_METHOD,
    opcname: name,
    opcnamespace: PG_CATALOG_NAMESPACE,
    opcowner: BOOTSTRAP_SUPERUSER,
    opcfamily: family,
    opcintype: input,
    opcdefault: isDefault,
  }));
}

export function operatorFamilyRows(): CatalogRow[] {
  return operatorFamilies.map(({ oid, name }) => ({
    oid,
    opfmethod: BTREE_ACCESS_METHOD,
    opfname: name,
    opfnamespace: PG_CATALOG_NAMESPACE,
    opfowner: BOOTSTRAP_SUPERUSER,
  }));
}

export function familyOperatorRows(): CatalogRow[] {
  let oid = FIRST_MEMBER_OID;
  return operatorFamilies.flatMap((family) => operatorsOf(family, () => oid++));
}

function operatorsOf({ oid, types }: OperatorFamily, nextOid: () => number): CatalogRow[] {
  const pairs = types.flatMap((left) => types.map((right) => [left, right] as const));
  return pairs.flatMap(([left, right]) =>
    STRATEGIES.flatMap((name, index) => {
      const operator = library.resolver.operators.exact(name, left, right);
      if (!operator) return [];
      return {
        oid: nextOid(),
        amopfamily: oid,
        amoplefttype: left,
        amoprighttype: right,
        amopstrategy: index + 1,
        amoppurpose: 's',
        amopopr: operator.oid,
        amopmethod: BTREE_ACCESS_METHOD,
      };
    }),
  );
}

export function familyFunctionRows(): CatalogRow[] {
  return familyComparisons.map(({ family, left, right, procedure }, index) => ({
    oid: FIRST_MEMBER_OID + index,
    amprocfamily: family,
    amproclefttype: left,
    amprocrighttype: right,
    amprocnum: 1,
    amproc: procedure,
  }));
}
