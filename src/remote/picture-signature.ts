/** Bytes that must be there for `looksLikePicture` to decide. */
export const signatureBytes = 12;

/** Whether bytes begin like a PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF or HEIC file. */
export function looksLikePicture(head: Buffer): boolean {
  const text = head.subarray(0, signatureBytes).toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n') || text.startsWith('\xff\xd8\xff')) return true;
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a') || text.startsWith('BM')) return true;
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return true;
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return true;
  return (
    text.slice(4, 8) === 'ftyp' &&
    ['avif', 'avis', 'heic', 'heix', 'mif1', 'msf1'].includes(text.slice(8, 12))
  );
}
