import { readFileSync } from 'node:fs';
import type { Settings } from '../../../../engine/base/settings/settings.js';
import type { Os } from '../../../../engine/os/os.js';
import { Parser, SingleUser, loadParser } from '../../../../engine/processes/single-user.js';
import { createCluster } from '../../../../engine/recovery/recovery.js';
import { bootstrapCatalogs, type Session } from '../../../../engine/sql/session.js';
import { MemoryFiles, type StorageObserver } from '../../../disks/memory-files.js';
import { Volume } from '../../../disks/volume.js';
import { SeededRandom } from '../../../schedulers/seeded-random.js';
import type { Row } from '../../../workloads/workload.js';
import type { WriteEvent } from '../../../trace/storage-event.js';
import type {
  RecoverOptions,
  RecoveredCluster,
  SimulatedTarget,
  PageReader,
  WrittenPage,
} from '../../simulated-target.js';
import { EngineInspection } from '../engine-inspection.js';
import { advanceXid, beginAt } from '../xid-place.js';
import { pageFields, pageTitle } from '../page-fields.js';
import { SimulatedMemory, VirtualClock, memoryOs } from './memory-os.js';
import { differingPages, writtenPages } from './pages.js';
import { queryRows } from './session-rows.js';
import { EngineCluster, asSimulated, simulatedSettings } from './simulated-cluster.js';
import { ENGINE_DATA_DIRECTORY } from './simulation-module.js';

const PACKAGE = new URL('../../../../../package.json', import.meta.url);
const PID = 42;
const MEGABYTE = 1024 * 1024;

/** The embedded engine inside this process. Await this once before the first use: the SQL grammar is loaded. */
export async function openSimulation(): Promise<SimulatedTarget> {
  await loadParser();
  return new EngineSimulation();
}

class EngineSimulation implements SimulatedTarget {
  readonly name = 'engine';
  readonly dataDirectory = ENGINE_DATA_DIRECTORY;
  private readonly templates = new Map<string, Volume>();
  private readonly clock = new VirtualClock();
  private readonly memory = new SimulatedMemory(this.clock);
  /** States of one run are asked the same questions. */
  private readonly parser = new Parser();
  private readonly settings = new WeakMap<object, Settings>();
  /** A write is on its way in many states. */
  private readonly written = new WeakMap<WriteEvent, readonly WrittenPage[]>();

  version(): string {
    return (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;
  }

  async template(walSegmentMegabytes: number, firstXid?: number): Promise<Volume> {
    const name = `${walSegmentMegabytes}-${firstXid ?? 'new'}`;
    const known = this.templates.get(name);
    if (known) return known.fork();
    const made = firstXid === undefined ? this.make(walSegmentMegabytes) : await this.template(walSegmentMegabytes);
    if (firstXid !== undefined) await beginAt(this.os(made), this.dataDirectory, firstXid);
    this.templates.set(name, made);
    return made.fork();
  }

  advanceXid(volume: Volume, next: number, observe?: StorageObserver): void {
    try {
      advanceXid(this.os(volume, observe), this.dataDirectory, next);
    } catch (thrown) {
      throw asSimulated(thrown);
    }
  }

  openCluster(volume: Volume, options: ConstructorParameters<typeof EngineCluster>[1]): EngineCluster {
    return new EngineCluster(volume, options);
  }

  recover(volume: Volume, { settings, observe }: RecoverOptions): RecoveredCluster {
    const os = this.os(volume, observe);
    try {
      const options = { settings: this.settingsOf(settings).layer(), parser: this.parser };
      return new SingleProcess(SingleUser.open(os, this.dataDirectory, options));
    } catch (thrown) {
      throw asSimulated(thrown);
    }
  }

  inspect(volume: Volume): EngineInspection {
    return new EngineInspection(this.dataDirectory, this.os(volume));
  }

  writtenPages(event: WriteEvent): readonly WrittenPage[] {
    let pages = this.written.get(event);
    if (!pages) this.written.set(event, (pages = writtenPages(event, this.dataDirectory)));
    return pages;
  }

  pageReader({ path, offset }: WriteEvent): PageReader | undefined {
    const file = path.slice(this.dataDirectory.length + 1);
    const title = pageTitle(file, offset);
    return title === undefined ? undefined : { title, fieldsOf: (page) => pageFields(file, offset, page) };
  }

  differingPages(original: Volume, replayed: Volume): string[] {
    return differingPages(original, replayed, this.dataDirectory, this.inspect(original).databaseFilter());
  }

  private os(volume: Volume, observe?: StorageObserver): Os {
    const { clock, memory } = this;
    const files = new MemoryFiles(volume, observe);
    return memoryOs({ files, clock, random: new SeededRandom(PID), sharedMemory: memory, pid: PID });
  }

  private settingsOf(values: RecoverOptions['settings']): Settings {
    const known = this.settings.get(values) ?? simulatedSettings(values);
    this.settings.set(values, known);
    return known;
  }

  private make(walSegmentMegabytes: number): Volume {
    const volume = Volume.empty();
    const os = this.os(volume);
    createCluster(os, this.dataDirectory, { segmentBytes: walSegmentMegabytes * MEGABYTE });
    const single = SingleUser.open(os, this.dataDirectory, { settings: simulatedSettings({ shared_buffers: 1024 }) });
    bootstrapCatalogs(single.engine, { superuser: 'postgres', passwordVerifier: null });
    single.shutDown();
    return volume;
  }
}

class SingleProcess implements RecoveredCluster {
  private opened: { readonly session: Session; readonly database: string } | undefined;
  private isOver = false;

  constructor(private readonly single: SingleUser) {}

  get endOfLog(): number {
    return this.single.startup.endOfLog;
  }

  get replayedBytes(): number {
    return this.single.startup.replayedBytes;
  }

  query(sql: string, database = 'postgres'): Row[] {
    if (this.opened?.database !== database) {
      this.opened?.session.close();
      this.opened = { session: this.single.session(database, 'postgres'), database };
    }
    return queryRows(this.opened.session, sql);
  }

  shutDown(): void {
    this.opened?.session.close();
    this.single.shutDown();
    this.isOver = true;
  }

  abandon(): void {
    if (!this.isOver) this.single.abandon();
    this.isOver = true;
  }
}
