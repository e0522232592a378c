import type { LoadedConfig } from '../config/load-config.ts';
import type { PictureMaker } from './picture-maker.ts';

/** The server that the configuration or `--base-url` names, else an application in this process. */
export async function openPictureMaker(loaded: LoadedConfig): Promise<PictureMaker> {
  const { baseUrl, key } = loaded.config.client;
  if (baseUrl !== undefined) return (await import('./ask-server.ts')).serverPictureMaker(baseUrl, key);
  return await (await import('./ask-locally.ts')).localPictureMaker(loaded);
}
