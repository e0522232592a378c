/** How a server that speaks like OpenAI's Images API departs from it. Data alone: what is done with it stands elsewhere. */
export interface Profile {
  /**
   * How a shape is asked for.
   * - `wxh`, `wstarh`: `size` as `1024x1024` or `1024*1024`.
   * - `ratio_and_tier`: `aspect_ratio` and `image_size`, as the Gemini models have them.
   * - `ratio_and_resolution`: `aspect_ratio` and `resolution`, `1k` or `2k`.
   */
  readonly sizeSyntax: 'wxh' | 'wstarh' | 'ratio_and_tier' | 'ratio_and_resolution';
  /** The word that leaves the shape to the model, in drawings and in edits; absent, the field is left out, or a shape is chosen here. */
  readonly autoShape?: { readonly generate?: string; readonly edit?: string };
  /** Whether base64 has to be asked for; those that always answer with it may refuse the field. */
  readonly sendsResponseFormat: boolean;
  /** How pictures to edit are sent; `none`: not at all. */
  readonly edits: 'multipart' | 'json' | 'none';
  /** The most pictures of one request; absent, as many as the model takes. */
  readonly maxReferences?: number;
  /** Types of pictures it reads. */
  readonly referenceTypes: ReadonlySet<string>;
  /**
   * Of which models masks are sent; the edit is explained by a picture and words otherwise. Another Plantain would explain
   * it to Gemini's models just so, and lay the picture into the original a second time.
   */
  readonly takesMask: 'all' | 'foreign' | 'none';
  /** Fields of OpenAI's that it has a use for. */
  readonly takes: ReadonlySet<'quality' | 'background' | 'moderation' | 'output_format'>;
  /** Fields of Plantain's own: safety settings, all pictures of an answer, drafts. */
  readonly isPlantain: boolean;
  readonly authHeader: 'bearer' | 'api-key';
  /** Whether the address names the model's deployment, as Azure's older one does. */
  readonly hasDeployments: boolean;
  /** Whether its list of models can be asked for, to learn whether the key is good. */
  readonly listsModels: boolean;
  /** Whether tokens that it tells are those that are charged. */
  readonly usage: 'tokens' | 'none';
  /** A field of an answer that is false where the picture was withheld. */
  readonly blockedInsideOk?: string;
  /** What a prompt may hold that the server would take for an instruction of its own. */
  readonly promptSyntax?: PromptSyntax;
}

/** Text that a server acts on, and the text that says the same to a reader and nothing to the server. */
export interface PromptSyntax {
  readonly pattern: RegExp;
  readonly stand: string;
  /** For the caller, in one word. */
  readonly reason: string;
  /** How the server is told a seed, where its own is the same for every picture. */
  readonly seedOf?: (seed: number) => string;
}
