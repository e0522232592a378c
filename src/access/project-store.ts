import type { Limits } from '../journey/limits.ts';

/** Keys that share a budget. */
export interface Project {
  /** `proj_…` */
  readonly id: string;
  /** Unique among live projects. */
  readonly name: string;
  readonly createdAtMs: number;
  /** From then on its keys are refused; null while it is live. */
  readonly archivedAtMs: number | null;
  /** What a new key may use unless it is given limits of its own. */
  readonly keyDefaults: Limits;
  /** What is charged beyond what its orders cost, in hundredths of a percent. */
  readonly markupBasisPoints: number;
}

/** Where projects are kept, never deleted. `store/` implements it. */
export interface ProjectStore {
  /** Adds a live project and its allowance with these limits. False, and nothing changed, when a live one has its name. */
  insert(project: Project, limits: Limits): Promise<boolean>;
  /** Oldest first, archived ones too. */
  list(): Promise<readonly Project[]>;
  /** What every project is called, oldest first, archived ones too. */
  names(): Promise<readonly Pick<Project, 'id' | 'name'>[]>;
  /** `default`, then the youngest first; live or archived ones, or those of a name, where that is said. */
  page(query: {
    readonly name?: string;
    readonly isArchived?: boolean;
    readonly beforeId?: string;
    readonly limit: number;
  }): Promise<readonly Project[]>;
  /** By id, else the live one of that name. */
  find(idOrName: string): Promise<Project | undefined>;
  /** False when it is not live, or a live project has the name. */
  change(
    id: string,
    changes: Partial<Pick<Project, 'name' | 'archivedAtMs' | 'keyDefaults' | 'markupBasisPoints'>>,
  ): Promise<boolean>;
}
