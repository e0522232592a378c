import type { Upstream } from '../../src/journey/upstream.ts';
import type { PoolMember } from '../../src/routing/pool-member.ts';

/** An upstream in a pool, of which the operator says nothing. */
export function plainMember(upstream: Upstream, fields: Partial<PoolMember> = {}): PoolMember {
  return {
    upstream,
    priority: 0,
    weight: 1,
    models: undefined,
    quotaGroup: upstream.name,
    maxConcurrent: undefined,
    requestsPerMinute: undefined,
    identity: upstream.name,
    hasHealth: true,
    hasFixedQuota: false,
    ...fields,
  };
}
