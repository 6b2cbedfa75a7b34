import * as fs from 'node:fs';
import type { OwnTarget } from '../extensions/extension.js';
import type { Feature } from '../workloads/workload.js';
import type { ConnectOptions, Connection } from './connection.js';
import { SpawnedTarget, type Command } from './spawned-target.js';
import type { Target, TargetAbilities, TargetConfig } from './target.js';

const PATIENCE_MS = 5000;

/** Where one cycle's server has its files. */
export interface ProgramPlace {
  /** A directory of the cycle's own: for sockets and the like. */
  readonly directory: string;
  /** In it, made empty before the first start: what the server keeps there is what recovery has to go by. */
  readonly dataDirectory: string;
}

/** A program of one's own that is to survive its crashes. */
export interface ProgramOptions {
  readonly name: string;
  readonly version: () => string;
  /** How it is started: the program and its arguments, and what its environment shall have besides. */
  readonly command: (place: ProgramPlace) => Command;
  /** Connects; rejects as long as it does not serve. Refusals by the program are ServerErrors. */
  readonly connect: (place: ProgramPlace, options?: ConnectOptions) => Promise<Connection>;
  /** A request that the program answers as soon as it serves, and that changes nothing. */
  readonly probe: string;
  /** It understands BEGIN, COMMIT, SET and their like. Otherwise its workloads' transactions stand alone. */
  readonly transactions?: boolean;
  /** What workloads of the harness it can do besides. */
  readonly features?: readonly Feature[];
}

/** A program as a target: started as it is, killed with all its children at random moments, and started again. */
export function programTarget(options: ProgramOptions): OwnTarget {
  const { name, version, transactions = false, features = [] } = options;
  const abilities: TargetAbilities = {
    trace: false,
    inspection: false,
    transactions,
    processTypes: ['postmaster', 'child'],
    features,
  };
  return { abilities, factory: { name, version, create: (config) => new ProgramTarget(config, abilities, options) } };
}

class ProgramTarget extends SpawnedTarget {
  constructor(
    config: TargetConfig,
    readonly abilities: TargetAbilities,
    private readonly program: ProgramOptions,
  ) {
    super(config);
  }

  async prepare(): Promise<void> {
    fs.mkdirSync(this.dataDirectory);
  }

  connect(options?: ConnectOptions): Promise<Connection> {
    return this.program.connect(this.place, options);
  }

  async connectServed(): Promise<Connection> {
    const connection = await this.connect();
    const tooLate = setTimeout(() => void connection.close(), PATIENCE_MS);
    try {
      await connection.query(this.program.probe);
      return connection;
    } catch (thrown) {
      await connection.close();
      throw thrown;
    } finally {
      clearTimeout(tooLate);
    }
  }

  async copy(directory: string): Promise<Target> {
    fs.mkdirSync(directory);
    const copy = new ProgramTarget({ ...this.config, directory }, this.abilities, this.program);
    this.copyDataTo(copy);
    return copy;
  }

  protected command(): Command {
    return this.program.command(this.place);
  }

  private get place(): ProgramPlace {
    return { directory: this.config.directory, dataDirectory: this.dataDirectory };
  }
}
