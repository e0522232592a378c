/**
 * A GenerateContentRequest after proto-JSON reading: known fields only, camelCase, enums in capitals, numbers as
 * numbers. Everything is optional, as it is on the wire. Made by `readProto` alone, which has checked the types.
 */
export interface GenerateRequest {
  readonly contents?: readonly RequestContent[];
  readonly serviceTier?: string;
  readonly systemInstruction?: RequestContent;
  readonly tools?: readonly RequestTool[];
  readonly generationConfig?: GenerationConfig;
  readonly continuationToken?: string;
}

export interface CountTokensRequest {
  readonly contents?: readonly RequestContent[];
  readonly generateContentRequest?: GenerateRequest;
}

export interface RequestContent {
  readonly role?: string;
  readonly parts?: readonly RequestPart[];
}

export interface RequestPart {
  readonly text?: string;
  readonly inlineData?: { readonly mimeType?: string; readonly data?: string };
  readonly fileData?: { readonly mimeType?: string; readonly fileUri?: string };
  readonly functionCall?: unknown;
  readonly functionResponse?: unknown;
  readonly executableCode?: unknown;
  readonly codeExecutionResult?: unknown;
  readonly toolCall?: unknown;
  readonly toolResponse?: unknown;
}

export interface RequestTool {
  readonly googleSearch?: unknown;
  readonly functionDeclarations?: readonly unknown[];
  readonly codeExecution?: unknown;
}

export interface GenerationConfig {
  readonly candidateCount?: number;
  readonly seed?: number;
  readonly responseMimeType?: string;
  readonly responseSchema?: unknown;
  readonly responseJsonSchema?: unknown;
  readonly responseModalities?: readonly string[];
  readonly thinkingConfig?: { readonly thinkingLevel?: string; readonly includeThoughts?: boolean };
  readonly imageConfig?: { readonly aspectRatio?: string; readonly imageSize?: string };
  readonly responseFormat?: { readonly image?: { readonly delivery?: string } };
}
