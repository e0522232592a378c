import type { Quota } from '../journey/call.ts';
import { CallWindow } from './call-window.ts';
import { health } from './health-constants.ts';
import { freeQuota, nextQuota, type QuotaEvent, type QuotaHealth } from './quota-health.ts';

/** The quota of one model in a group, and the calls that were made of it. */
export interface ModelQuota {
  state: QuotaHealth;
  readonly window: CallWindow;
  /** What the upstream told that it allows, and when. */
  perMinute: number | undefined;
  toldAtMs: number;
}

/** Upstreams of one project or account, whose quota is one. */
export class QuotaGroup {
  /** Of spending, whatever the model. */
  spending: QuotaHealth = freeQuota;
  readonly models = new Map<string, ModelQuota>();

  of(model: string): ModelQuota {
    const known = this.models.get(model);
    if (known !== undefined) return known;
    const fresh = { state: freeQuota, window: new CallWindow(), perMinute: undefined, toldAtMs: 0 };
    this.models.set(model, fresh);
    return fresh;
  }

  /** When an order may go: now or later. `configured`: the most in a minute that the operator allows. */
  readyAtMs(model: string, configured: number | undefined, nowMs: number): number {
    const { state, window, perMinute, toldAtMs } = this.of(model);
    const isBelieved = perMinute !== undefined && nowMs - toldAtMs < health.quotaMemoryMs;
    const allowed = Math.min(configured ?? Infinity, isBelieved ? perMinute : Infinity);
    const pacedMs = allowed === Infinity ? nowMs : window.nextMs(allowed, nowMs);
    return Math.max(pacedMs, state.untilMs, this.spending.untilMs);
  }

  /** An order goes. */
  take(model: string, nowMs: number): void {
    this.of(model).window.add(nowMs);
    this.apply(model, 'taken', { nowMs, random: 0 });
  }

  apply(
    model: string,
    event: QuotaEvent,
    facts: { nowMs: number; random: number; untilMs?: number | undefined },
  ): void {
    const own = this.of(model);
    if (event !== 'quota_spending') own.state = nextQuota(own.state, event, facts);
    if (event === 'quota_spending' || !event.startsWith('quota_'))
      this.spending = nextQuota(this.spending, event, facts);
  }

  learn(model: string, quota: Quota | undefined, nowMs: number): void {
    if (quota?.perMinute === undefined || quota.perMinute < 1) return;
    const own = this.of(model);
    own.perMinute = Math.floor(quota.perMinute);
    own.toldAtMs = nowMs;
  }

  /** Why nobody may go, if so. */
  reason(model: string, nowMs: number): QuotaHealth['reason'] {
    if (this.spending.untilMs > nowMs) return this.spending.reason;
    const { state } = this.of(model);
    return state.untilMs > nowMs ? state.reason : '';
  }
}
