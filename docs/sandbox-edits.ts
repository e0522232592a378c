/** The pictures that `docs/sandbox.md` edits, and the edits: drawn by `make-pictures.ts`, and by a test. */
export const originals = {
  lighthouse: 'A lighthouse on a rock in the sea',
  fox: 'A fox in a meadow',
  cottage: 'A cottage in the mountains',
  otter: 'A cute baby sea otter',
} as const;

export interface SandboxEdit {
  readonly name: string;
  readonly of: readonly (keyof typeof originals)[];
  readonly prompt: string;
}

export const edits: readonly SandboxEdit[] = [
  { name: 'night', of: ['lighthouse'], prompt: 'Make it night' },
  { name: 'balloon', of: ['lighthouse'], prompt: 'Add a hot air balloon in the sky' },
  { name: 'watercolour', of: ['lighthouse'], prompt: 'As a watercolour painting' },
  { name: 'hat', of: ['fox'], prompt: 'Give the fox a hat and sunglasses' },
  { name: 'blue', of: ['fox'], prompt: 'Make the fox blue' },
  { name: 'city', of: ['fox'], prompt: 'Change the background to a city at night' },
  { name: 'winter', of: ['cottage'], prompt: 'Im Winter, bei Schnee' },
  { name: 'sign', of: ['cottage'], prompt: 'Add a sign that says "BED & BREAKFAST"' },
  { name: 'sketch', of: ['otter'], prompt: 'As a pencil sketch' },
  { name: 'together', of: ['fox', 'otter'], prompt: 'Both of them on one wall at sunset' },
];
