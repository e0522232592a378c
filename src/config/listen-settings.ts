import { spellingsOf } from './setting-path.ts';
import { matchingText, type ValueReader, wholeNumberFrom } from './value-reader.ts';

/** Where a server listens: what a probe needs of the configuration, without what reads the rest of it. */
export const listenSettings = {
  host: alone(
    'host',
    matchingText(/^[0-9A-Za-z.:_%-]{1,255}$/, 'a host name or address such as 127.0.0.1 or 0.0.0.0'),
    '127.0.0.1',
  ),
  port: alone('port', wholeNumberFrom(0, 65_535), 4747),
};

/** A setting at the top, with its default. */
function alone<T>(name: string, reader: ValueReader<T>, whenAbsent: T) {
  const { variable, flag } = spellingsOf(name);
  return { id: name, path: [name], name, env: [variable], flag, reader, whenAbsent };
}
