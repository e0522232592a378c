import type { z } from 'zod';
import type { adminSchemas } from '../../../src/admin/admin-schemas.ts';

/** What the admin API answers with, by the very schemas that its OpenAPI document is made from. */
export type Answer<Name extends keyof typeof adminSchemas> = z.infer<(typeof adminSchemas)[Name]>;

export type Session = Answer<'Session'>;
export type SessionList = Answer<'SessionList'>;
export type Order = Answer<'Order'>;
export type OrderPage = Answer<'OrderPage'>;
export type OrderWithAttempts = Answer<'OrderWithAttempts'>;
export type Attempt = OrderWithAttempts['attempts'][number];
export type Upstream = Answer<'Upstream'>;
export type UpstreamTest = Answer<'UpstreamTest'>;
export type Model = Answer<'Model'>;
export type Setting = Answer<'SettingList'>['data'][number];
export type Studio = Answer<'Studio'>;
export type Reloaded = Answer<'Reloaded'>;
export type Key = Answer<'Key'>;
export type KeyPage = Answer<'KeyPage'>;
export type KeyWithSecret = Answer<'KeyWithSecret'>;
export type Project = Answer<'Project'>;
export type ProjectPage = Answer<'ProjectPage'>;
export type AllowancePage = Answer<'AllowancePage'>;
export type AdjustmentPage = Answer<'AdjustmentPage'>;
export type AuditPage = Answer<'AuditPage'>;
export type Usage = Answer<'Usage'>;
