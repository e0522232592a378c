import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext } from './bench-context.ts';
import { bodySpecs } from './bodies/body-specs.ts';
import { hashesOf, pictureOf } from './bodies/pictures.ts';
import { LoadProcess } from './load-process.ts';
import { compactMemory } from './measure/compact-memory.ts';
import { machineFacts, pinProcess } from './measure/machine-facts.ts';
import type { BenchOptions } from './options.ts';
import type { BenchResults } from './results.ts';
import { measureAdmission } from './scenarios/admission.ts';
import { measureBurst } from './scenarios/burst.ts';
import { measureConversions } from './scenarios/conversions.ts';
import { measureChoosing } from './scenarios/choosing.ts';
import { measureImages, measureTlsImages } from './scenarios/images.ts';
import { measureLatency } from './scenarios/latency.ts';
import { measureModes } from './scenarios/modes.ts';
import { measureObserving } from './scenarios/observing.ts';
import { measurePixels } from './scenarios/pixels.ts';
import { measureSmallRequests } from './scenarios/small-requests.ts';
import { measureSoak } from './scenarios/soak.ts';
import { measureStart } from './scenarios/start-up.ts';
import { measureWaiting } from './scenarios/waiting-orders.ts';
import { productOptions, startTargets, startTlsTargets } from './start-targets.ts';
import { directTarget } from './targets/direct.ts';
import { filesIn } from './targets/nginx.ts';
import { startPlantain } from './targets/plantain.ts';
import type { Target } from './targets/target.ts';
import { makeCertificate } from './tls-certificate.ts';
import { UpstreamProcess } from './upstream-process.ts';

/** One whole run: everything started, measured and stopped. */
export async function measureAll(options: BenchOptions, log: (line: string) => void): Promise<BenchResults> {
  const startedAt = new Date();
  const machine = machineFacts();
  log(compactMemory() ? 'pictures' : 'pictures; only root can have free memory put together before');
  const hashes = new Map(bodySpecs.map((spec) => [spec.name, hashesOf(pictureOf(spec))] as const));
  // Not in the user's own directory: nginx's worker may run as somebody else.
  const scratchDir = mkdtempSync(join(tmpdir(), 'plantain-bench-'));
  const certificate = makeCertificate(scratchDir);
  const upstream = await UpstreamProcess.start(options.upstreamPort, certificate);
  const load = new LoadProcess();
  const started: Target[] = [];
  const failures: string[] = [];
  try {
    const { certificateFile } = certificate;
    const tls = { port: upstream.tlsPort, certificateFile };
    const targetContext = { upstreamPort: upstream.port, tls, scratchDir };
    log(`targets; the upstream listens on 127.0.0.1:${upstream.port}`);
    const { plantain, plantains, all } = await startTargets(targetContext, options, started);
    const pin = (target: Target): void => {
      if (options.isPinned && target.tree !== undefined)
        for (const pid of target.tree.pids()) pinProcess(pid, '0');
    };
    if (options.isPinned)
      for (const pid of [upstream.pid, load.pid]) pinProcess(pid, `1-${machine.cores - 1}`);
    for (const target of all) pin(target);
    const context: BenchContext = {
      options,
      upstream,
      load,
      hashes,
      targets: all,
      filesDir: filesIn(scratchDir),
      direct: directTarget(targetContext),
      plantain,
      plantains,
      async startFresh(changes = {}) {
        const fresh = await startPlantain(targetContext, { ...productOptions(options), ...changes });
        pin(fresh);
        return fresh;
      },
      async startOverTls() {
        const overTls: Target[] = [];
        try {
          await startTlsTargets(targetContext, options, overTls);
        } finally {
          started.push(...overTls);
        }
        for (const target of overTls) pin(target);
        return overTls;
      },
      failures,
      log,
    };
    const figures = await measureScenarios(context);
    return {
      schema: 1,
      startedAt: startedAt.toISOString(),
      elapsedSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
      isQuick: options.isQuick,
      machine,
      // Over TLS as well, where a quick run has one that it has not beside it.
      targets: [
        ...new Map(started.map(({ id, label, version }) => [id, { id, label, version }] as const)).values(),
      ],
      ...figures,
      failures,
    };
  } finally {
    await Promise.all(started.map((target) => target.stop()));
    upstream.stop();
    load.stop();
    rmSync(scratchDir, { recursive: true, force: true });
  }
}

async function measureScenarios(context: BenchContext): Promise<Partial<BenchResults>> {
  const { scenarios, soakMinutes } = context.options;
  return {
    // First, while the machine's files are cached but nothing competes.
    ...(scenarios.has('start') && { start: await measureStart(context) }),
    ...(scenarios.has('images') && { images: await measureImages(context) }),
    ...(scenarios.has('tls') && { tls: await measureTlsImages(context) }),
    ...(scenarios.has('latency') && { latency: await measureLatency(context) }),
    ...(scenarios.has('modes') && { modes: await measureModes(context) }),
    ...(scenarios.has('small') && { small: await measureSmallRequests(context) }),
    ...(scenarios.has('choosing') && { choosing: await measureChoosing(context) }),
    ...(scenarios.has('admission') && { admission: await measureAdmission(context) }),
    ...(scenarios.has('observing') && { observing: await measureObserving(context) }),
    ...(scenarios.has('pixels') && { pixels: await measurePixels(context) }),
    ...(scenarios.has('conversions') && { conversions: await measureConversions(context) }),
    ...(scenarios.has('waiting') && { waiting: await measureWaiting(context) }),
    ...(scenarios.has('burst') && { burst: await measureBurst(context) }),
    ...(soakMinutes !== undefined && { soak: await measureSoak(context, soakMinutes) }),
  };
}
