/** What a client may be able to do, in the order of the table, and how it is tried. */
export const features = {
  generate: 'one picture, decoded: exactly 1024×1024, in the format the model draws',
  ratio:
    '16:9, by an extra field where the client can send one, else by `size` or the model name; exactly the pixels of the model',
  n: 'two pictures asked for, two delivered',
  url: '`response_format: url`; the link is fetched without a key and decoded',
  stream: 'server-sent events to `image_generation.completed`',
  edit: 'one reference picture',
  'edit 2': 'two reference pictures, one of them JPEG',
  mask: 'an edit inside a mask; every pixel outside it equals the input',
  'edit stream': 'server-sent events to `image_edit.completed`',
  models: 'the list of models, with names that pickers look for',
  'wrong key': "the client's own authentication error",
  refusal: "a safety refusal as the client's own error, with its reason",
} as const;

export type Feature = keyof typeof features;

export const featureNames = Object.keys(features) as readonly Feature[];
