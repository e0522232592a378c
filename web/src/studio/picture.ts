import type { Adaptation } from './parse-adapted.ts';
import type { Wish } from './wish.ts';

/** What went wrong, as it is shown and kept. */
export interface Failure {
  readonly message: string;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
}

/** One picture of the studio: what was asked, how it stands, and what came. */
export interface Picture {
  readonly id: string;
  readonly atMs: number;
  readonly keyId: string;
  readonly wish: Wish;
  readonly state: 'waiting' | 'drawing' | 'done' | 'failed' | 'stopped';
  /** Pixels that are expected, then those that came, `1344x768`. */
  readonly size: string | undefined;
  readonly startedAtMs?: number;
  /** When the server was last heard of. */
  readonly aliveAtMs?: number;
  readonly durationMs?: number;
  readonly draft?: Blob;
  readonly blob?: Blob;
  readonly orderId?: string;
  readonly costMicroUsd?: number;
  readonly tokens?: number;
  readonly adaptations?: readonly Adaptation[];
  readonly failure?: Failure | undefined;
}

export const isUnderWay = ({ state }: Picture): boolean => state === 'waiting' || state === 'drawing';

const widest = 2.4;

/** Width to height as cards show it: what is longer or higher than this stands in a frame of it. */
export function shownShape({ size, state }: Pick<Picture, 'size' | 'state'>): number {
  // What was refused has words to show, and no picture.
  if (state === 'failed') return widest;
  const [width = 1, height = 1] = (size ?? '1x1').split('x').map(Number);
  return Math.min(widest, Math.max(0.75, width / height));
}

const urls = new WeakMap<Blob, string>();

/** An address of the blob for as long as the page is open. */
export function urlOf(blob: Blob): string {
  const url = urls.get(blob) ?? URL.createObjectURL(blob);
  urls.set(blob, url);
  return url;
}

/** Lets the browser forget it. */
export function releaseUrl(blob: Blob | undefined): void {
  const url = blob && urls.get(blob);
  if (blob === undefined || url === undefined) return;
  URL.revokeObjectURL(url);
  urls.delete(blob);
}

/** `a-red-fox.png`: from the prompt, so that a folder of pictures says what they are. */
export function fileNameOf({ wish, blob, id }: Picture): string {
  const words = wish.prompt
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  const ending = (blob?.type ?? 'image/png').replace('image/', '').replace('jpeg', 'jpg').replace(/\+.*/, '');
  return `${words === '' ? id : words}.${ending}`;
}
