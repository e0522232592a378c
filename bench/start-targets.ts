import type { BenchOptions } from './options.ts';
import { givenTarget } from './targets/given.ts';
import { installLiteLlm, startLiteLlm } from './targets/litellm.ts';
import { nginxSetups, startNginx } from './targets/nginx.ts';
import { installNpmPeers, startAiSdkHono, startPortkey } from './targets/npm-peers.ts';
import { type PlantainOptions, type PlantainTarget, startPlantain } from './targets/plantain.ts';
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
  const plantain = add(await startPlantain(context, productOptions(options)));
  const plantains: Target[] = [plantain];
  for (const [name, dir] of options.also) {
    plantains.push(add(await startPlantain(context, { id: name, label: name, dir, from: options.from })));
  }
  for (const setup of nginxSetups) add(await startNginx(context, setup));
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
