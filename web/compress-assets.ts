import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = new Set(['.js', '.css', '.svg', '.json', '.txt']);

/** Lays `.br` and `.gz` beside every file that gets smaller by it, so that the server compresses nothing. */
export function compressAssets(): Plugin {
  let folder = '';
  return {
    name: 'plantain-compress-assets',
    apply: 'build',
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const file = path.join(entry.parentPath, entry.name);
        if (entry.isFile() && compressible.has(path.extname(file))) compress(file);
      }
    },
  };
}

function compress(file: string): void {
  const plain = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const smaller = { '.br': brotliCompressSync(plain, { params }), '.gz': gzipSync(plain, { level: 9 }) };
  for (const [ending, bytes] of Object.entries(smaller))
    if (bytes.length < plain.length) writeFileSync(`${file}${ending}`, bytes);
}
