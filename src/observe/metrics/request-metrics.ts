import type { Meter } from './meter.ts';

/** A request that was answered, or given up. */
interface EndedRequest {
  /** The pattern of its route; empty where no handler was asked. */
  readonly route: string;
  readonly status: number;
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What asks after the server itself is no traffic. */
const uncounted: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** The metrics' part of HTTP requests: told of one that begins, it answers what to call when it has ended. */
export function countRequests(meter: Meter): (method: string) => (ended: EndedRequest) => void {
  return (sentMethod) => {
    const method = methods.has(sentMethod) ? sentMethod : '_OTHER';
    const beganAtMs = performance.now();
    meter.move('http_server_active_requests', { http_request_method: method }, 1);
    return ({ route, status }) => {
      meter.move('http_server_active_requests', { http_request_method: method }, -1);
      if (uncounted.has(route)) return;
      const labels = {
        http_request_method: method,
        http_route: route,
        http_response_status_code: String(status),
      };
      meter.observe('http_server_request_duration_seconds', labels, (performance.now() - beganAtMs) / 1000);
    };
  };
}
