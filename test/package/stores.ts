import assert from 'node:assert/strict';
import { startPostgres } from '../support/postgres-server.ts';
import { startS3 } from '../support/s3-server.ts';
import { serveChild } from '../support/serve-child.ts';

/** Serves with a built program, named on the command line, on a PostgreSQL and an S3 server: one picture, its link, its report. */
const [program] = process.argv.slice(2);
if (program === undefined) throw new Error('which program?');
const adminSecret = 'plantain-admin-of-this-test';
const [postgres, s3] = await Promise.all([startPostgres(), startS3()]);
try {
  const server = await serveChild({
    program,
    env: {
      DATABASE_URL: postgres.url,
      PLANTAIN_ADMIN_SECRET: adminSecret,
      PLANTAIN_LINKS_SECRET: 'secret-of-the-links-of-this-test-which-is-long',
      PLANTAIN_STORAGE_KIND: 's3',
      PLANTAIN_STORAGE_BUCKET: s3.bucket,
      AWS_ENDPOINT_URL: s3.endpoint,
      AWS_REGION: 'eu-test-1',
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
  });
  try {
    const drawn = await fetch(`${server.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a fox', response_format: 'url' }),
    });
    const answer = (await drawn.json()) as { data?: { url: string }[] };
    const picture = await fetch(answer.data?.[0]?.url ?? server.url);
    assert.deepEqual(
      [drawn.status, picture.headers.get('content-type')],
      [200, 'image/jpeg'],
      server.output(),
    );
    assert.ok((await picture.arrayBuffer()).byteLength > 10_000);

    const report = await fetch(`${server.url}/admin/v1/usage?by=model`, {
      headers: { authorization: `Bearer ${adminSecret}` },
    });
    assert.equal(report.status, 200);
    assert.match(await report.text(), /"images_delivered": ?1\b/);
    server.child.kill('SIGTERM');
    assert.equal(await server.exited, 0, server.output());
  } finally {
    await server.close();
  }
} finally {
  await Promise.all([postgres.remove(), s3.remove()]);
}
