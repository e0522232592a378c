// The Images API as a team writes it in an afternoon: the AI SDK behind one route of Hono.
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { serve } from '@hono/node-server';
import { generateImage } from 'ai';
import { Hono } from 'hono';

const google = createGoogleGenerativeAI({
  apiKey: process.env.GEMINI_API_KEY,
  baseURL: process.env.UPSTREAM,
});
const app = new Hono();

app.post('/v1/images/generations', async (context) => {
  if (context.req.header('authorization') !== 'Bearer token') {
    return context.json({ error: { message: 'Incorrect API key provided.' } }, 401);
  }
  const { model, prompt, aspect_ratio: aspectRatio } = await context.req.json();
  const { images } = await generateImage({
    model: google.image(model),
    prompt,
    ...(aspectRatio && { aspectRatio }),
    maxRetries: 2,
    abortSignal: context.req.raw.signal,
  });
  return context.json({
    created: Math.floor(Date.now() / 1000),
    data: images.map((image) => ({ b64_json: image.base64 })),
  });
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) });
