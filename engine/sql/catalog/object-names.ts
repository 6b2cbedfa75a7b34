import type { Oid } from '../../base/block.js';
import { error } from '../../base/errors.js';
import { SqlState } from '../../base/sqlstate.js';
import { quoteName } from '../analyse/deparse.js';
import { library } from '../analyse/library.js';
import type { CatalogNames, NamedKind } from '../types/environment.js';
import { types } from '../types/type-table.js';
import type { Catalog } from './catalog.js';
import { CatalogOid } from './catalog-table.js';

/** How reg* types read and print names (utils/adt/regproc.c). */
export function catalogNames(catalog: Catalog): CatalogNames {
  return {
    oidOf: (kind, name) => lookUp(catalog, kind, name),
    nameOf: (kind, oid) => nameOf(catalog, kind, oid),
  };
}

/** The parts of a possibly qualified and quoted name, e.g. `public."T"`. */
export function parseQualifiedName(text: string): string[] {
  const parts: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))\s*(\.|$)/y;
  do {
    const match = pattern.exec(text);
    if (!match) throw error(SqlState.invalidName, 'invalid name syntax');
    parts.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2].toLowerCase());
    if (match[3] === '') return parts;
  } while (pattern.lastIndex < text.length);
  throw error(SqlState.invalidName, 'invalid name syntax');
}

function lookUp(catalog: Catalog, kind: NamedKind, name: string): Oid {
  switch (kind) {
    case 'relation': {
      const [relname, schemaname, catalogname] = parseQualifiedName(name).reverse();
      const found = catalog.find({ relname, schemaname, catalogname });
      if (found) return found.oid;
      throw error(SqlState.undefinedTable, `relation "${name}" does not exist`);
    }
    case 'type': {
      const found = typeNamed(name);
      if (found !== undefined) return found;
      throw error(SqlState.undefinedObject, `type "${name}" does not exist`);
    }
    case 'schema':
      return catalog.requireSchema(parseQualifiedName(name)[0]);
    case 'role':
      return roleNamed(catalog, parseQualifiedName(name)[0]);
    default:
      return functionNamed(name.replace(/\(.*$/s, ''));
  }
}

function typeNamed(text: string): Oid | undefined {
  const [, base, brackets] = /^(.*?)\s*(\[\s*\])?$/s.exec(
    text
      .trim()
      .toLowerCase()
      .replace(/^pg_catalog\./, ''),
  )!;
  const found = types.byName(base.replaceAll('"', ''))?.oid;
  return found !== undefined && brackets ? types.arrayOf(found) : found;
}

function roleNamed(catalog: Catalog, name: string): Oid {
  const [found] = catalog.store.where(CatalogOid.authid, { rolname: name });
  if (found) return found.get('oid') as Oid;
  throw error(SqlState.undefinedObject, `role "${name}" does not exist`);
}

function functionNamed(text: string): Oid {
  const names = parseQualifiedName(text);
  const found = library.resolver.functions.byName(names[names.length - 1]);
  if (found.length === 1) return found[0].oid;
  if (found.length > 1) throw error(SqlState.ambiguousFunction, `more than one function named "${text}"`);
  throw error(SqlState.undefinedFunction, `function "${text}" does not exist`);
}

function nameOf(catalog: Catalog, kind: NamedKind, oid: Oid): string | undefined {
  switch (kind) {
    case 'relation': {
      const found = catalog.cache.byOid(oid);
      if (!found) return undefined;
      return catalog.isVisible(found)
        ? quoteName(found.name)
        : `${quoteName(found.schemaName)}.${quoteName(found.name)}`;
    }
    case 'type':
      return types.find(oid) && types.format(oid);
    case 'schema': {
      const name = catalog.cache.schemaName(oid);
      return name === undefined ? undefined : quoteName(name);
    }
    case 'role': {
      const [found] = catalog.store.byFirst(CatalogOid.authid, oid);
      return found && quoteName(found.row.rolname as string);
    }
    default:
      return library.resolver.functions.byOid(oid)?.name;
  }
}
