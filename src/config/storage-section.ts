import { section } from './settings.ts';
import { duration, httpUrl, matching, oneOf, token, yesOrNo } from './value-kinds.ts';

/** Where stored pictures and kept answers lie. */
export const storageSection = () =>
  section({
    kind: oneOf(['disk', 's3'])
      .default('disk')
      .describe(
        'Where stored pictures, kept answers and files sent ahead lie: in the data folder, or in a bucket of an S3 server.',
      ),
    durable: yesOrNo()
      .default(false)
      .describe(
        'Give a link out only when the disk itself has its picture, so that a power cut takes none. Costs a flush a picture.',
      ),
    bucket: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket', '<bucket>')
      .optional()
      .meta({ description: 'Bucket. It has to exist.', defaultText: 'none' }),
    endpoint: httpUrl()
      .optional()
      .meta({
        description: 'Address of the S3 server, without the bucket.',
        defaultText: "Amazon's in the region",
        alsoEnv: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
      }),
    publicEndpoint: httpUrl().optional().meta({
      description: 'The same server as clients reach it, for links that lead straight to it.',
      defaultText: 'storage.endpoint',
    }),
    region: matching(/^[0-9A-Za-z-]{1,64}$/, 'the name of a region', '<region>')
      .default('us-east-1')
      .meta({
        description: 'Region of the bucket.',
        alsoEnv: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
      }),
    prefix: matching(/^[0-9A-Za-z._-]+(?:\/[0-9A-Za-z._-]+)*\/?$/, 'a prefix such as plantain/', '<prefix>')
      .optional()
      .meta({
        description: 'Put before the name of every object, for a bucket that others use as well.',
        defaultText: 'none',
      }),
    accessKeyId: token()
      .optional()
      .meta({
        description: 'Access key for the bucket.',
        defaultText: 'none',
        alsoEnv: ['AWS_ACCESS_KEY_ID'],
        secret: true,
      }),
    secretAccessKey: token()
      .optional()
      .meta({
        description: 'Its secret.',
        defaultText: 'none',
        alsoEnv: ['AWS_SECRET_ACCESS_KEY'],
        secret: true,
      }),
    sessionToken: matching(
      /^[\x21-\x7e]{1,8192}$/,
      'a token of printable characters without spaces',
      '<token>',
    )
      .optional()
      .meta({
        description: 'Session token, of temporary credentials. They are read at the start alone.',
        defaultText: 'none',
        alsoEnv: ['AWS_SESSION_TOKEN'],
        secret: true,
      }),
    pathStyle: yesOrNo().optional().meta({
      description: "Whether the bucket is part of the path, and not of the server's name.",
      defaultText: 'true with an endpoint, false at Amazon',
    }),
    timeoutMs: duration('ms', 500, 600_000)
      .default(15_000)
      .describe('Longest wait for an answer of the S3 server to begin, and for its next bytes.'),
  });
