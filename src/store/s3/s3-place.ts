/** A bucket, and who may use it. */
export interface S3Place {
  /** `https://s3.eu-central-1.amazonaws.com`: origin, and perhaps a path, without the bucket. */
  readonly endpoint: string;
  /** The same as browsers reach it, for links that lead straight there. */
  readonly publicEndpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before every key: empty, or it ends in `/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
  /** The bucket is part of the path, and not of the host's name. */
  readonly pathStyle: boolean;
}

/** Address of a bucket, or of an object in it. Keys are made of characters that need no escaping. */
export function s3Url(
  { endpoint, bucket, pathStyle }: Pick<S3Place, 'endpoint' | 'bucket' | 'pathStyle'>,
  key = '',
  query: Readonly<Record<string, string>> = {},
): URL {
  const url = new URL(endpoint);
  if (!pathStyle) url.host = `${bucket}.${url.host}`;
  const path = url.pathname.replace(/\/$/, '');
  url.pathname = pathStyle ? `${path}/${bucket}${key === '' ? '' : `/${key}`}` : `${path}/${key}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
