import { randomFillSync } from 'node:crypto';
import { constants, crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const chunkOverhead = 12;

/**
 * A real PNG of exactly `byteLength` bytes: a gradient under as much noise as fits, so that it compresses like
 * a photograph, and one private chunk that fills up the rest.
 */
export function noisePng(widthPx: number, heightPx: number, byteLength: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const fixedBytes = signature.length + 3 * chunkOverhead + header.length;
  for (let noiseBits = 6; noiseBits >= 0; noiseBits--) {
    if ((widthPx * heightPx * 3 * noiseBits) / 8 > byteLength) continue;
    const data = deflateSync(scanLines(widthPx, heightPx, noiseBits), {
      level: 1,
      strategy: constants.Z_HUFFMAN_ONLY,
    });
    const paddingBytes = byteLength - fixedBytes - data.length - chunkOverhead;
    if (paddingBytes < 0) continue;
    const padding = chunk('plTn', randomFillSync(Buffer.alloc(paddingBytes)));
    const end = chunk('IEND', Buffer.alloc(0));
    return Buffer.concat([signature, chunk('IHDR', header), padding, chunk('IDAT', data), end]);
  }
  throw new Error(`a PNG of ${widthPx}x${heightPx} does not fit ${byteLength} bytes`);
}

function scanLines(widthPx: number, heightPx: number, noiseBits: number): Buffer {
  const rowBytes = 1 + widthPx * 3;
  const lines = randomFillSync(Buffer.allocUnsafe(rowBytes * heightPx));
  const mask = (1 << noiseBits) - 1;
  for (let y = 0; y < heightPx; y++) {
    const row = y * rowBytes;
    lines[row] = 0;
    const base = Math.floor((y / heightPx) * (255 - mask));
    for (let index = row + 1; index < row + rowBytes; index++)
      lines[index] = base + ((lines[index] ?? 0) & mask);
  }
  return lines;
}

function chunk(type: string, data: Buffer): Buffer {
  const name = Buffer.from(type, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(data, crc32(name)));
  return Buffer.concat([length, name, data, checksum]);
}
