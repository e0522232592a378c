import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { benchDir } from './paths.ts';
import type { TlsCertificate } from './tls-certificate.ts';
import type { AnswerName, UpstreamOrder, UpstreamReport } from './upstream-messages.ts';

/** The upstream, seen from the bench. */
export class UpstreamProcess {
  /** Plain HTTP, answers with their length. */
  readonly port: number;
  /** The same over TLS, answers in chunks. */
  readonly tlsPort: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, tlsPort: number) {
    this.#child = child;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Port 0 takes any free one. */
  static async start(port: number, certificate: TlsCertificate): Promise<UpstreamProcess> {
    const { certificateFile, keyFile } = certificate;
    const args = [String(port), certificateFile, keyFile];
    const child = fork(join(benchDir, 'upstream.ts'), args, { stdio: 'inherit' });
    const [report] = (await once(child, 'message')) as [UpstreamReport];
    if (report.kind !== 'listening') throw new Error('the upstream did not start');
    return new UpstreamProcess(child, report.port, report.tlsPort);
  }

  /** Sets what every following request is answered. A photograph has to have been made before. */
  async answer(
    body: AnswerName,
    options: { thinkMs?: number; references?: readonly string[] } = {},
  ): Promise<void> {
    const order: UpstreamOrder = {
      kind: 'answer',
      body,
      thinkMs: options.thinkMs ?? 0,
      references: options.references ?? [],
    };
    this.#child.send(order);
    await once(this.#child, 'message');
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
