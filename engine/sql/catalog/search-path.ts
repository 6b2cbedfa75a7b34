import type { Oid } from '../../base/block.js';
import { PG_CATALOG_NAMESPACE } from './catalog-table.js';
import type { RelationCache } from './relation-cache.js';

/** The names in a comma-separated list of identifiers, as search_path holds it. */
export function splitIdentifiers(list: string): string[] {
  const names: string[] = [];
  for (const match of list.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^",\s][^",]*?))\s*(?:,|$)/g)) {
    names.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2].toLowerCase());
  }
  return names;
}

/** Where unqualified names are looked for, as the session's search_path says (catalog/namespace.c). */
export class SearchPath {
  /** What `named` found, good for as long as neither the setting nor the catalog changes. */
  private found: { text: string; version: number; schemas: readonly { name: string; oid: Oid }[] } | undefined;

  constructor(
    private readonly cache: RelationCache,
    private readonly setting: () => string,
    private readonly user: () => string,
  ) {}

  /** The setting itself. */
  get text(): string {
    return this.setting();
  }

  /** The schemas named that exist, in order. */
  named(): readonly { name: string; oid: Oid }[] {
    const text = this.setting();
    const { version } = this.cache;
    if (this.found?.text !== text || this.found.version !== version)
      this.found = { text, version, schemas: this.lookUp(text) };
    return this.found.schemas;
  }

  /** All schemas searched: pg_catalog first unless it is named. */
  searched(): Oid[] {
    const named = this.named().map(({ oid }) => oid);
    return named.includes(PG_CATALOG_NAMESPACE) ? named : [PG_CATALOG_NAMESPACE, ...named];
  }

  /** Where new tables go: the first schema named, if any exists. */
  creation(): { name: string; oid: Oid } | undefined {
    return this.named()[0];
  }

  private lookUp(text: string): { name: string; oid: Oid }[] {
    return splitIdentifiers(text)
      .map((name) => (name === '$user' ? this.user() : name))
      .map((name) => ({ name, oid: this.cache.schemaOid(name) ?? 0 }))
      .filter(({ oid }) => oid !== 0);
  }
}
