import type { ReactNode } from 'react';

/** Our own drawings on a field of twenty by twenty, in strokes of the text's colour. */
const drawings = {
  studio: 'M3 15l4-5 3 3 3-4 4 6H3zM6.5 7a1 1 0 1 0 0-.01M2 3.5h16v13H2z',
  orders: 'M4 5h12M4 10h12M4 15h8',
  usage: 'M3 17h14M5 14V9M10 14V4M15 14v-3',
  keys: 'M12.5 10.5a4 4 0 1 0-3-3L3 14v3h3v-2h2v-2h1.5zM13.5 6.5h.01',
  projects: 'M3 6V4h5l2 2h7v10H3zM3 9h14',
  upstreams:
    'M6 15h8a3.5 3.5 0 0 0 .5-6.96A4.5 4.5 0 0 0 6 7.5 3.8 3.8 0 0 0 6 15zM10 13V9M8.2 10.6L10 8.8l1.8 1.8',
  models: 'M10 2.5l6.5 3.75v7.5L10 17.5l-6.5-3.75v-7.5zM3.5 6.25L10 10l6.5-3.75M10 10v7.5',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  audit: 'M10 2.5l6 2.5v4.5c0 4-2.5 6.5-6 8-3.500-1.500-6-4-6-8V5zM7.5 10l2 2 3.500-4',
  search: 'M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM13 13l4 4',
  account:
    'M10 10a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400zM4 17c.5-3.500 3-5 6-5s5.500 1.500 6 5',
  fold: 'M12 5l-5 5 5 5M16 4v12',
  unfold: 'M8 5l5 5-5 5M4 4v12',
  done: 'M4 10.500l4 4 8-9',
  bad: 'M5 5l10 10M15 5L5 15',
  odd: 'M10 4v7M10 15h.01',
  busy: 'M10 3a7 7 0 1 0 7 7',
  part: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  unknown: 'M7 7a3 3 0 1 1 4 2.800c-.7.4-1 .9-1 1.700M10 15h.01',
  copy: 'M7 7h9v10H7zM4 13V3h9',
  external: 'M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7',
  gallery: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z',
  undo: 'M7 4L3 8l4 4M3 8h8a5 5 0 0 1 0 10H8',
  redo: 'M13 4l4 4-4 4M17 8H9a5 5 0 0 0 0 10h3',
  brush:
    'M16.500 3.500l-7 7M9.500 10.500l-1.500 1.500c-2 0-3 1-3 2.500 0 1-1 1.500-2 1.500 1 1.500 6.500 2 7.500-2.500l1-1.500z',
  download: 'M10 3v9M6 8.500l4 4 4-4M4 16.500h12',
  bin: 'M4 6h12M8 6V4h4v2M6 6l.7 10h6.600L14 6',
  forward: 'M12 5l-5 5 5 5',
  pause: 'M7 4v12M13 4v12',
  play: 'M6 4l10 6-10 6z',
} as const;

export type IconName = keyof typeof drawings;

/** A drawing beside words; on its own it needs a label at whatever holds it. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg
      viewBox="0 0 20 20"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
