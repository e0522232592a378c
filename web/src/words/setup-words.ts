/** The words of the set-up, loaded with its page. */
export const setupWords = {
  'setup.title': 'Set up',
  'setup.lead': 'Three steps from a new server to pictures in your program. Each may be left for later.',
  'setup.done': 'Done',
  'setup.open': 'Not yet',
  'setup.upstream': 'An upstream that draws',
  'setup.sandbox':
    'No key of an upstream is set, so the sandbox inside this server draws: made-up pictures with a mark, of the right size, format and count, for nothing. All else works as with real ones.',
  'setup.upstream.file':
    'In plantain.yaml, which is read again by itself, with the key itself or the name of a variable:',
  'setup.upstream.env': 'Or in the environment, which counts from the next start:',
  'setup.upstream.others': 'Vertex AI and servers like OpenAI’s go into the list upstreams of the same file.',
  'setup.again': 'Look again',
  'setup.upstream.none': 'Still no upstream: the sandbox draws.',
  'setup.upstream.found': 'There is an upstream now.',
  'setup.upstream.lead': 'These draw. A test asks one whether it takes its key, and costs nothing.',
  'setup.key': 'A key for your program',
  'setup.key.lead':
    'Programs order with a key in place of OpenAI’s. Give it a budget, and it can never cost more.',
  'setup.keys.one': '{count} key can order pictures now.',
  'setup.keys.other': '{count} keys can order pictures now.',
  'setup.toKeys': 'All keys',
  'setup.picture': 'The first picture',
  'setup.picture.command': 'The command of the first order',
  'setup.picture.lead':
    'From a shell, with the key’s secret in OPENAI_API_KEY: it writes otter.png. Or draw one in the studio.',
  'setup.toStudio': 'Draw in the studio',
} as const;
