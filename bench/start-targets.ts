import type { BenchOptions } from './options.ts';
import { givenTarget } from './targets/given.ts';
import { startHaproxy } from './targets/haproxy.ts';
import { installLiteLlm, startLiteLlm } from './targets/litellm.ts';
import { nginxSetups, startNginx } from './targets/nginx.ts';
import { startNodePipe } from './targets/node-pipe.ts';
import { installNpmPeers, startAiSdkHono, startPortkey } from './targets/npm-peers.ts';
import { type PlantainOptions, type PlantainTarget, setLimits, startPlantain } from './targets/plantain.ts';
import type { Target, TargetContext } from './targets/target.ts';

export interface StartedTargets {
  readonly plantain: PlantainTarget;
  readonly plantains: readonly Target[];
  readonly all: readonly Target[];
}

export function productOptions(options: BenchOptions): PlantainOptions {
  return {
    id: 'plantain',
    label: 'Plantain',
    dir: options.productDir,
    from: options.from,
    nodeOptions: options.nodeOptions,
  };
}

/** Every Plantain, nginx with kept connections, HAProxy, and the pipe, with an upstream over TLS whose certificate they are told to trust. */
export async function startTlsTargets(
  context: TargetContext,
  options: BenchOptions,
  started: Target[],
): Promise<void> {
  const { port, certificateFile } = context.tls;
  const env = {
    GOOGLE_GEMINI_BASE_URL: `https://localhost:${port}`,
    NODE_EXTRA_CA_CERTS: certificateFile,
  };
  for (const product of productsOf(options)) started.push(await startPlantain(context, { ...product, env }));
  const kept = nginxSetups.filter(({ lines }) => lines !== '');
  for (const setup of measuredOf(kept, options)) started.push(await startNginx(context, setup, 'https'));
  const haproxy = options.isQuick ? undefined : await startHaproxy(context, 'https');
  if (haproxy !== undefined) started.push(haproxy);
  started.push(await startNodePipe(context, 'https'));
}

/** The first stands for all in a quick run, which has no limits beside nginx. */
function measuredOf<Setup>(setups: readonly Setup[], { isQuick }: BenchOptions): readonly Setup[] {
  return isQuick ? setups.slice(0, 1) : setups;
}

/** The product, and the other versions of it. */
function productsOf(options: BenchOptions): PlantainOptions[] {
  const { from } = options;
  return [
    productOptions(options),
    ...options.also.map(([name, dir]) => ({ id: name, label: name, dir, from })),
  ];
}

/** Starts everything that is measured side by side. What was started is in `started` even when a later one fails. */
export async function startTargets(
  context: TargetContext,
  options: BenchOptions,
  started: Target[],
): Promise<StartedTargets> {
  const add = <Some extends Target>(target: Some): Some => {
    started.push(target);
    return target;
  };
  const plantains: PlantainTarget[] = [];
  for (const product of productsOf(options)) {
    const plantain = add(await startPlantain(context, product));
    await setLimits(plantain);
    plantains.push(plantain);
  }
  const [plantain] = plantains;
  if (plantain === undefined) throw new Error('there is no product to measure');
  for (const setup of measuredOf(nginxSetups, options)) add(await startNginx(context, setup));
  const haproxy = options.isQuick ? undefined : await startHaproxy(context);
  if (haproxy !== undefined) add(haproxy);
  add(await startNodePipe(context));
  if (options.npmPeers) {
    installNpmPeers();
    add(await startAiSdkHono(context));
    add(await startPortkey(context));
  }
  if (options.liteLlm) {
    installLiteLlm();
    add(await startLiteLlm(context));
  }
  for (const given of options.given) add(givenTarget(given));
  return { plantain, plantains, all: [...started] };
}
