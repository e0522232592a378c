import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly maxSeconds?: number;
}

/**
 * Podman with images, containers, networks and volumes of its own in a temporary folder, so that it neither sees nor leaves
 * anything on this machine.
 */
export class Podman {
  readonly folder = mkdtempSync(join(tmpdir(), 'plantain-containers-'));
  readonly #env: Readonly<Record<string, string>>;

  constructor() {
    const place = (name: string): string => {
      mkdirSync(join(this.folder, name), { recursive: true });
      return join(this.folder, name);
    };
    const engine = join(this.folder, 'containers.conf');
    const storage = join(this.folder, 'storage.conf');
    // runc, because crun does not run on machines with both versions of control groups; no systemd is expected.
    writeFileSync(
      engine,
      `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=8192:8192"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "${place('tmp')}"
[network]
network_backend = "netavark"
network_config_dir = "${place('networks')}"
`,
    );
    writeFileSync(
      storage,
      `[storage]\ndriver = "overlay"\ngraphroot = "${place('graph')}"\nrunroot = "${place('run')}"\n`,
    );
    this.#env = { CONTAINERS_CONF: engine, CONTAINERS_STORAGE_CONF: storage };
  }

  /** Runs podman, or what runs podman; throws what it said when it fails. */
  async command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(program, args, options);
    if (code === 0) return stdout;
    throw new Error(
      `${program} ${args.join(' ')} ended with ${String(code)}:\n${(stdout + stderr).slice(-3000)}`,
    );
  }

  podman(...args: readonly string[]): Promise<string> {
    return this.command('podman', args);
  }

  async attempt(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Output> {
    const { cwd, env = {}, maxSeconds = 120 } = options;
    try {
      const { stdout, stderr } = await run(program, args, {
        cwd,
        env: { ...process.env, ...this.#env, ...env },
        timeout: maxSeconds * 1000,
        maxBuffer: 64 * 1024 * 1024,
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: number | string } & Partial<Output>;
      if (typeof code !== 'number') throw error;
      return { code, stdout, stderr };
    }
  }

  /** A file system as an image; `folder` may be a tar file too. */
  async import(folder: string, name: string, changes: readonly string[] = []): Promise<void> {
    const options = ['--quiet', ...changes.flatMap((change) => ['--change', change])];
    if (folder.endsWith('.tar')) {
      await this.podman('import', ...options, folder, name);
      return;
    }
    const tar = spawn('tar', ['-C', folder, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const podman = execFile('podman', ['import', ...options, '-', name], {
      env: { ...process.env, ...this.#env },
    });
    tar.stdout.pipe(podman.stdin ?? process.stdout);
    const code = await new Promise((done) => podman.once('exit', done));
    if (code !== 0) throw new Error(`podman import ${name} ended with ${String(code)}`);
  }

  /** Ends every container and takes everything away. */
  async remove(): Promise<void> {
    await this.attempt('podman', ['rm', '--all', '--force', '--time', '0']);
    await this.attempt('podman', ['network', 'prune', '--force']);
    await this.attempt('podman', ['volume', 'prune', '--force']);
    await this.attempt('umount', ['--recursive', join(this.folder, 'graph', 'overlay')]);
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
