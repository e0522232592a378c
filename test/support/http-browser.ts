/** Does over HTTP what a browser does with the console: keeps its cookies, names its page's origin, follows redirects. */
export class Browser {
  #api: string;
  origin: string;
  #cookies = new Map<string, string>();
  #csrf = '';

  constructor(api: string, origin: string) {
    this.#api = api;
    this.origin = origin;
  }

  get(path: string): Promise<Response> {
    return this.#ask('GET', path);
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.#ask('POST', path, body);
  }

  delete(path: string): Promise<Response> {
    return this.#ask('DELETE', path);
  }

  has(cookie: string): boolean {
    return this.#cookies.has(cookie);
  }

  change(cookie: string, to: (value: string) => string): void {
    this.#cookies.set(cookie, to(this.#cookies.get(cookie) ?? ''));
  }

  /** The server is at another address now. */
  moveTo(api: string): void {
    this.#api = api;
  }

  copy(): Browser {
    const other = new Browser(this.#api, this.origin);
    other.#cookies = new Map(this.#cookies);
    return other;
  }

  /** Goes where a sign-in begins, chooses an account there, and tells where the browser is sent back to. */
  async followThere(address: URL, account: string): Promise<URL> {
    const jar = new Map<string, string>();
    let at = address;
    let body: string | undefined;
    for (let step = 0; step < 10; step++) {
      const answer = await fetch(at, {
        redirect: 'manual',
        headers: {
          cookie: cookieHeader(jar),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body !== undefined && { method: 'POST', body }),
      });
      keep(jar, answer);
      const [page] = [await answer.text()];
      body = undefined;
      const next = answer.headers.get('location');
      if (next === null) {
        if (!page.includes('<form'))
          throw new Error(`${String(answer.status)} ${at.href}: ${page.slice(0, 300)}`);
        body = new URLSearchParams({ account }).toString();
        continue;
      }
      at = new URL(next, at);
      if (at.origin !== address.origin) return at;
    }
    throw new Error('The sign-in leads nowhere.');
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${this.#api}${path}`, {
      method,
      headers: {
        cookie: cookieHeader(this.#cookies),
        // The console's page is behind a proxy of its own name.
        ...(method !== 'GET' && {
          origin: this.origin,
          'content-type': 'application/json',
          'x-plantain-csrf': this.#csrf,
        }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    keep(this.#cookies, answer);
    if (path === '/session' && method === 'POST' && answer.ok)
      this.#csrf = String(((await answer.clone().json()) as { csrf: unknown }).csrf);
    return answer;
  }
}

function keep(jar: Map<string, string>, answer: Response): void {
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
}

const cookieHeader = (jar: ReadonlyMap<string, string>): string =>
  [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
