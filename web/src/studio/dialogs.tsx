import { type ComponentType, createElement, lazy, type ReactNode, Suspense } from 'react';

const load = () => import('./all-dialogs.ts');

/** Dialogs of the studio, half of its script: fetched once its page is there, or at the latest when one is opened. */
export const CodeDialog = later(async () => (await load()).CodeDialog);
export const CompareDialog = later(async () => (await load()).CompareDialog);
export const MaskEditor = later(async () => (await load()).MaskEditor);
export const PictureDialog = later(async () => (await load()).PictureDialog);

/** Fetches them, so that none has to be waited for. Where they do not come, whoever opens one is told. */
export function fetchDialogs(): void {
  load().catch(() => undefined);
}

function later<Props extends object>(pick: () => Promise<ComponentType<Props>>): (props: Props) => ReactNode {
  const Dialog = lazy(async () => ({ default: await pick() }));
  return (props) => createElement(Suspense, { fallback: null }, createElement(Dialog as never, props));
}
