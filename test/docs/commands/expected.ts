/** What a command prints, by a part of it, where "it ends well" is not all that its page promises. */
export const expectedOutput: readonly (readonly [part: string, output: RegExp])[] = [
  ['A fox [scenario: rate-limit]', /^HTTP\/1\.1 429 [^]*^retry-after: 34$/m],
  ['pragma integrity_check', /^ok$/m],
  ['plantain keys list --data-dir restored', /live/],
  ['{"name": "posters"', /^HTTP\/1\.1 201 [^]*"secret":"sk-/m],
  ['{"limits": {"month_micro_usd": 80000000', /"month_micro_usd":80000000/],
  ['keys/posters/rotate', /^HTTP\/1\.1 200 /m],
  ['limits?key=posters&model=nano-banana', /"images_per_day":100/],
  ['Idempotency-Key: demo-friday', /^HTTP\/1\.1 201 /m],
  ['audit?limit=5', /key\.rotate/],
  ['plantain audit --key posters', /adjustment\.add/],
];

/** The pixels of pictures that a page promises, by page and file. */
export const expectedPixels: Readonly<Record<string, string>> = {
  'first otter.png': '1024x1024',
  'README.md otter.jpg': '1376x768',
  'README.md lighthouse.png': '1376x768',
  'README.md after.png': '512x384',
  'docs/masks.md after.png': '512x384',
};
