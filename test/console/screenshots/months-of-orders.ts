import { generate, type Server } from '../../support/http.ts';
import { admin, type ConsoleGateway } from '../support/console-gateway.ts';
import { evenNumbers, passTime, setClock } from './fixed-world.ts';

const dayMs = 86_400_000;
const days = 60;
const models = ['nano-banana-2.1', 'gemini-2.5-flash-image', 'gemini-3-pro-image'];
/** Their limits, and how many orders of a day they make. */
const programs = [
  { name: 'website', limits: { month_micro_usd: 60_000_000, images_per_minute: 30 }, ofTen: 4 },
  { name: 'mobile-app', limits: { day_micro_usd: 12_000_000, images_per_day: 60 }, ofTen: 3 },
  { name: 'newsletter', limits: { month_micro_usd: 18_000_000 }, ofTen: 2 },
  { name: 'design-team', limits: {}, ofTen: 1 },
] as const;
/** Those that are tried again take their time, so there are few. */
const scenarios = [
  'safety',
  'image-recitation',
  'safety',
  'prompt-blocked',
  'safety',
  'flaky-once',
  'safety',
];

/** Two months of four programs that order pictures, up to now. Returns an order in which one upstream stood in for another. */
export async function monthsOfOrders(gateway: ConsoleGateway, endMs: number): Promise<string> {
  const random = evenNumbers(11);
  setClock(endMs - days * dayMs - 3_600_000);
  const servers: Server[] = [];
  for (const { name, limits, ofTen } of programs) {
    const { secret } = await admin(gateway, '/keys', { name, limits });
    for (let time = 0; time < ofTen; time++) servers.push({ url: gateway.url, key: String(secret) });
  }
  let stoodIn = '';
  for (let day = days - 1; day >= 0; day--) {
    const orders = 4 + Math.floor(random() * 5 + (days - day) / 12);
    const beginMs = endMs - day * dayMs - 5 * 3_600_000;
    for (let index = 0; index < orders; index++) {
      setClock(Math.floor(beginMs + ((index + random() * 0.8) / orders) * 4.9 * 3_600_000));
      const scenario = random() < 0.09 ? scenarios[Math.floor(random() * scenarios.length)] : undefined;
      const isLast = day === 0 && index === orders - 4;
      const trouble = isLast ? 'internal-error' : scenario;
      const server = servers[Math.floor(random() * servers.length)] ?? gateway;
      const model = models[Math.floor(random() ** 2 * models.length)] ?? '';
      const answer = await generate(server, {
        model,
        prompt:
          trouble === undefined ? 'A fox' : `Fox ${String(day)}.${String(index)} [scenario: ${trouble}]`,
        aspect_ratio: '16:9',
      });
      await answer.arrayBuffer();
      if (trouble === 'flaky-once' && answer.ok) stoodIn = answer.headers.get('x-request-id') ?? stoodIn;
      passTime(1000);
    }
  }
  setClock(endMs);
  return stoodIn;
}
