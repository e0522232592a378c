import { expect, test } from 'vitest';
import { withFiles } from '../../test/support/with-files.ts';
import { readConfig } from './load-config.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function read(webhooks: string, env: Record<string, string> = {}) {
  return withFiles({ 'plantain.yaml': `webhooks:\n${webhooks}` }, (cwd) => readConfig({ cwd, env }));
}
const problems = (webhooks: string, env?: Record<string, string>) => read(webhooks, env).problems;

test('an address without a secret, and two receivers of one name, are told with their lines', () => {
  expect(problems('  url: https://a.example\n')).toEqual([
    'plantain.yaml:2: webhooks.url needs webhooks.secret, which signs what is sent.',
  ]);
  const entry = (name: string) =>
    `    - name: ${name}\n      url: https://a.example\n      secret: ${secret}\n`;
  expect(problems(`  endpoints:\n${entry('a')}${entry('b')}${entry('a')}${entry('default')}`)).toEqual([
    'plantain.yaml:9: webhooks.endpoints[2].name is the name of another receiver: give each its own ("default" is that of webhooks.url).',
    'plantain.yaml:12: webhooks.endpoints[3].name is the name of another receiver: give each its own ("default" is that of webhooks.url).',
  ]);
});

test('what is no secret, address or event is refused, and a secret is not repeated', () => {
  const entry = (fields: string) =>
    problems(
      `  endpoints:\n    - name: a\n      url: https://a.example/?t=1\n      secret: ${secret}\n${fields}`,
    );
  expect(entry('')).toEqual([]);
  expect(entry('      events: [budget.exhausted]\n')).toEqual([]);
  expect(entry('      events: [budget.gone]\n')[0]).toContain('must be a list of budget.threshold_reached');
  const [short] = problems('  url: https://a.example\n  secret: whsec_dG9vc2hvcnQ=\n');
  expect(short).toContain('must be a secret of "whsec_"');
  expect(short).not.toContain('dG9v');
  for (const url of ['ftp://a.example', 'https://u:p@a.example', 'https://a.example/#part', 'a.example'])
    expect(problems(`  url: "${url}"\n  secret: ${secret}\n`)[0]).toContain('webhooks.url must be an http');
});

test('a list may borrow its secrets from the environment, and two of them stand while one changes', () => {
  const { config, problems: none } = read(
    '  endpoints:\n    - name: a\n      url: https://a.example\n      secret: ${HOOK}\n',
    { HOOK: `${secret} ${secret}` },
  );
  expect(none).toEqual([]);
  expect(config.webhooks.endpoints[0]?.secret).toBe(`${secret} ${secret}`);
});

test('percents are whole, in order and each once', () => {
  const alertAt = (text: string) =>
    withFiles({ 'plantain.yaml': '' }, (cwd) =>
      readConfig({ cwd, env: { PLANTAIN_BUDGETS_ALERT_AT: text } }),
    );
  expect(alertAt('95, 50,95').config.budgets.alertAt).toEqual([50, 95]);
  expect(alertAt('none').config.budgets.alertAt).toEqual([]);
  for (const wrong of ['0', '101', '50.5', 'half', '1,2,3,4,5,6,7,8,9,10,11'])
    expect(alertAt(wrong).problems[0]).toContain('must be a list of whole percents from 1 to 100, or none');
});
