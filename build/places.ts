import path from 'node:path';

export const root = path.dirname(import.meta.dirname);

/** What is built and packed. */
export const outDir = path.join(root, 'dist');

/** What has native parts stays a package: the `dependencies` of package.json. */
export const external = ['sharp', '@resvg/resvg-js'];
