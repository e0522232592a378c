import { oneLine } from './shown-json.ts';

/** A request of the API page: shown there as a curl command, and really sent to write down its answer. */
export interface ApiRequest {
  /** The path and query, or `link` for the link that an earlier answer brought. */
  readonly target: string;
  /** `GET` without one; `POST` where there is a body. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** The header that carries the key; absent where none is needed. */
  readonly keyHeader?: 'authorization' | 'api-key';
  readonly json?: Readonly<Record<string, unknown>>;
  readonly form?: Readonly<Record<string, string>>;
  /** Whether the answer brings the link that later requests fetch. */
  readonly bringsLink?: true;
  /** What stands before the request. */
  readonly note?: string;
}

const generations = '/v1/images/generations';
const lake = '@docs/pictures/mask-before.png';
const hole = '@docs/pictures/mask-mask.png';
const otter = { model: 'gemini-2.5-flash-image', prompt: 'A cute baby sea otter' };

/** At least one request for every operation of the OpenAPI document, by its `operationId`. */
export const apiRequests: Readonly<Record<string, readonly ApiRequest[]>> = {
  generateImages: [
    { target: generations, keyHeader: 'authorization', json: { ...otter, aspect_ratio: '16:9' } },
    {
      note: 'A wish that is bent is told, and so is what costs nothing: `?dry_run=true` draws no picture.',
      target: `${generations}?dry_run=true`,
      keyHeader: 'authorization',
      json: { model: 'dall-e-3', prompt: 'A fox', size: '1792x1024', style: 'vivid' },
    },
    {
      note: 'A wish that cannot be met is an error.',
      target: generations,
      keyHeader: 'authorization',
      json: { ...otter, image_size: '4K' },
    },
    {
      note: 'A stream:',
      target: generations,
      keyHeader: 'authorization',
      json: { ...otter, stream: true },
    },
  ],
  editImages: [
    {
      note: 'As a form, here with a mask:',
      target: '/v1/images/edits',
      keyHeader: 'authorization',
      form: { image: lake, mask: hole, prompt: 'A red and yellow balloon in the sky' },
    },
    {
      note: 'As JSON; `image_url` takes a `data:` URL with the bytes of a picture:',
      target: '/v1/images/edits',
      keyHeader: 'authorization',
      json: {
        prompt: 'Make it night',
        images: [
          {
            image_url:
              'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAMAAADz0U65AAAAA1BMVEXMMzN0dFbYAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgoA4AAABIAAH/myMhAAAAAElFTkSuQmCC',
          },
        ],
      },
    },
  ],
  generateImagesOfDeployment: [
    {
      target: '/openai/deployments/gpt-image-1/images/generations?api-version=2025-04-01-preview',
      keyHeader: 'api-key',
      json: { prompt: 'A fox' },
    },
  ],
  editImagesOfDeployment: [
    {
      target: '/openai/deployments/gpt-image-1/images/edits?api-version=2025-04-01-preview',
      keyHeader: 'api-key',
      form: { 'image[]': lake, prompt: 'Make it night' },
    },
  ],
  varyImages: [{ target: '/v1/images/variations', method: 'POST', form: { image: lake } }],
  getImage: [
    {
      note: 'The first request brings the link that the others fetch.',
      target: generations,
      keyHeader: 'authorization',
      json: { ...otter, response_format: 'url' },
      bringsLink: true,
    },
    { target: 'link' },
  ],
  headImage: [{ target: 'link', method: 'HEAD' }],
  listModels: [{ target: '/v1/models', keyHeader: 'authorization' }],
  getModel: [{ target: '/v1/models/nano-banana-pro', keyHeader: 'authorization' }],
  health: [{ target: '/healthz' }],
  readiness: [{ target: '/readyz' }],
  openApi: [{ target: '/openapi.json' }],
};

/** The request as a command for a shell, with the server where it is by default and the key in `$KEY`. */
export function curlCommand({ target, method, keyHeader, json, form, bringsLink }: ApiRequest): string {
  const address = target === 'link' ? '"$LINK"' : shellWord(`http://127.0.0.1:4747${target}`);
  const isPicture = target === 'link' && method !== 'HEAD';
  const options = method === 'HEAD' ? '-I' : isPicture ? '-o otter.png' : bringsLink ? '-s' : '-i';
  const key = { authorization: 'Authorization: Bearer $KEY', 'api-key': 'api-key: $KEY' };
  const lines = [
    `curl ${options} ${address}`,
    [
      ...(keyHeader === undefined ? [] : [`-H "${key[keyHeader]}"`]),
      ...(json === undefined ? [] : ['-H "Content-Type: application/json"']),
    ].join(' '),
    ...(json === undefined ? [] : [`-d '${oneLine(json)}'`]),
    Object.entries(form ?? {})
      .map(([name, value]) => `-F ${shellWord(`${name}=${value}`)}`)
      .join(' '),
  ];
  const command = lines.filter((line) => line !== '').join(' \\\n  ');
  return bringsLink ? `LINK=$(${command} | grep -o 'http[^"]*')` : command;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text}"`;
}
