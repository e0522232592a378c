/** Of the call that a scenario lets fail. */
export interface FailureFacts {
  readonly modelId: string;
  /** Such as `v1beta`. */
  readonly version: string;
  readonly method: string;
  readonly argument: string | undefined;
}
