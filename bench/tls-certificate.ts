import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A certificate for the loopback address and the key of it, as files. It is its own authority. */
export interface TlsCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Makes one that lasts for this run. Of the kind that Google's own servers show first: ECDSA on P-256. */
export function makeCertificate(directory: string): TlsCertificate {
  const certificateFile = join(directory, 'upstream.crt');
  const keyFile = join(directory, 'upstream.key');
  const options = [
    ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ['-keyout', keyFile, '-out', certificateFile, '-days', '2'],
    ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ];
  try {
    execFileSync('openssl', ['req', '-x509', ...options.flat()], { stdio: 'pipe' });
  } catch (cause) {
    throw new Error('openssl makes no certificate. On Debian: apt-get install openssl', { cause });
  }
  return { certificateFile, keyFile };
}
