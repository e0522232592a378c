// The least that Node.js itself costs as a proxy: two HTTP sockets and a pipe, which looks at nothing.
import http from 'node:http';
import https from 'node:https';

const upstream = new URL(process.env.UPSTREAM_URL);
const { request, Agent } = upstream.protocol === 'https:' ? https : http;
const agent = new Agent({ keepAlive: true });

http
  .createServer((incoming, outgoing) => {
    if (incoming.url === '/bench-ready') {
      outgoing.writeHead(204).end();
      return;
    }
    const { method, url: path, headers } = incoming;
    const { hostname, port } = upstream;
    const asked = request({ hostname, port, method, path, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
