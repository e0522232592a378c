import { parseAllDocuments } from 'yaml';

type Labels = Readonly<Record<string, string>>;

export interface EnvEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvEntry[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

interface Selector {
  readonly matchLabels?: Labels;
}

/** As much of Kubernetes's objects as the checks look at. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Labels; readonly annotations?: Labels };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly strategy?: { readonly type: string };
    readonly selector?: Selector & Labels;
    readonly podSelector?: Selector;
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
    readonly ports?: readonly { readonly name: string; readonly targetPort: string }[];
    readonly containers?: readonly Container[];
    readonly automountServiceAccountToken?: boolean;
    readonly securityContext?: Readonly<Record<string, unknown>>;
    readonly metrics?: readonly { readonly pods: { readonly target: { readonly averageValue: string } } }[];
    readonly groups?: unknown;
  };
}

/** Every object of a chart that was rendered. */
export function objectsOf(text: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw new Error(`${document.errors[0].message}\n${text}`);
    return document.toJS() === null ? [] : [document.toJS() as KubeObject];
  });
}

/** The one object of a kind, or the one of that name. */
export function only(objects: readonly KubeObject[], kind: string, name?: RegExp): KubeObject {
  const found = objects.filter((one) => one.kind === kind && (name?.test(one.metadata.name) ?? true));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} of kind ${kind}`);
  return first;
}

export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
