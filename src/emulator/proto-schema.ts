/**
 * The request messages of the Gemini API as data (reference: gemini-contract, section 2.2). A field is written in
 * snake_case with its type: a scalar, an enum or another message; `[]` marks a repeated field. `struct` is any
 * JSON: what no image model uses is accepted without looking inside.
 */
export type Scalar = 'string' | 'bool' | 'int32' | 'float' | 'bytes' | 'struct';

export const messages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GenerateContentRequest: {
    model: 'string',
    contents: 'Content[]',
    service_tier: 'ServiceTier',
    system_instruction: 'Content',
    safety_settings: 'SafetySetting[]',
    tools: 'Tool[]',
    tool_config: 'struct',
    generation_config: 'GenerationConfig',
    cached_content: 'string',
    store: 'bool',
    labels: 'struct',
    continuation_token: 'bytes',
  },
  CountTokensRequest: {
    model: 'string',
    contents: 'Content[]',
    generate_content_request: 'GenerateContentRequest',
  },
  Content: { parts: 'Part[]', role: 'string' },
  Part: {
    text: 'string',
    inline_data: 'Blob',
    file_data: 'FileData',
    function_call: 'struct',
    function_response: 'struct',
    executable_code: 'struct',
    code_execution_result: 'struct',
    tool_call: 'struct',
    tool_response: 'struct',
    thought: 'bool',
    thought_signature: 'bytes',
    video_metadata: 'struct',
    media_resolution: 'struct',
    part_metadata: 'struct',
  },
  Blob: { mime_type: 'string', data: 'bytes' },
  FileData: { mime_type: 'string', file_uri: 'string' },
  SafetySetting: { category: 'HarmCategory', threshold: 'HarmBlockThreshold' },
  Tool: {
    google_search: 'GoogleSearch',
    google_search_retrieval: 'struct',
    function_declarations: 'struct[]',
    code_execution: 'struct',
    url_context: 'struct',
    google_maps: 'struct',
    computer_use: 'struct',
    file_search: 'struct',
    mcp_servers: 'struct[]',
  },
  GoogleSearch: { search_types: 'SearchTypes', time_range_filter: 'struct' },
  SearchTypes: { web_search: 'struct', image_search: 'struct' },
  GenerationConfig: {
    candidate_count: 'int32',
    stop_sequences: 'string[]',
    max_output_tokens: 'int32',
    temperature: 'float',
    top_p: 'float',
    top_k: 'int32',
    seed: 'int32',
    response_mime_type: 'string',
    response_schema: 'struct',
    response_json_schema: 'struct',
    presence_penalty: 'float',
    frequency_penalty: 'float',
    response_logprobs: 'bool',
    logprobs: 'int32',
    enable_enhanced_civic_answers: 'bool',
    response_modalities: 'Modality[]',
    media_resolution: 'MediaResolution',
    speech_config: 'struct',
    thinking_config: 'ThinkingConfig',
    image_config: 'ImageConfig',
    response_format: 'ResponseFormat',
  },
  ImageConfig: { aspect_ratio: 'string', image_size: 'string' },
  ThinkingConfig: { thinking_level: 'ThinkingLevel', include_thoughts: 'bool', thinking_budget: 'int32' },
  ResponseFormat: { image: 'ImageResponseFormat', text: 'struct', audio: 'struct' },
  ImageResponseFormat: {
    aspect_ratio: 'ImageAspectRatio',
    image_size: 'ImageSizeName',
    mime_type: 'ImageMimeType',
    delivery: 'Delivery',
  },
};

/** Fields of which a message may carry only one. */
export const oneofs: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Part: {
    data: [
      'text',
      'inline_data',
      'file_data',
      'function_call',
      'function_response',
      'executable_code',
      'code_execution_result',
      'tool_call',
      'tool_response',
    ],
  },
};

export interface EnumType {
  /** The name after `google.ai.generativelanguage.v1beta.`, as error messages give it. */
  readonly name: string;
  readonly values: readonly string[];
}

const ratioWords = [
  'ONE_BY_ONE',
  'TWO_BY_THREE',
  'THREE_BY_TWO',
  'THREE_BY_FOUR',
  'FOUR_BY_THREE',
  'FOUR_BY_FIVE',
  'FIVE_BY_FOUR',
  'NINE_BY_SIXTEEN',
  'SIXTEEN_BY_NINE',
  'TWENTY_ONE_BY_NINE',
  'ONE_BY_FOUR',
  'FOUR_BY_ONE',
  'ONE_BY_EIGHT',
  'EIGHT_BY_ONE',
];

/** Names are matched without regard to case: `"Image"` is accepted (reference: gemini-contract, section 2.4). */
export const enums: Readonly<Record<string, EnumType>> = {
  Modality: {
    name: 'GenerationConfig.Modality',
    values: ['MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'AUDIO', 'VIDEO'],
  },
  MediaResolution: {
    name: 'GenerationConfig.MediaResolution',
    values: [
      'MEDIA_RESOLUTION_UNSPECIFIED',
      'MEDIA_RESOLUTION_LOW',
      'MEDIA_RESOLUTION_MEDIUM',
      'MEDIA_RESOLUTION_HIGH',
    ],
  },
  ThinkingLevel: {
    name: 'ThinkingConfig.ThinkingLevel',
    values: ['THINKING_LEVEL_UNSPECIFIED', 'LOW', 'MEDIUM', 'HIGH', 'MINIMAL'],
  },
  ServiceTier: { name: 'ServiceTier', values: ['UNSPECIFIED', 'STANDARD', 'FLEX', 'PRIORITY'] },
  HarmCategory: {
    name: 'HarmCategory',
    values: [
      'HARM_CATEGORY_UNSPECIFIED',
      'HARM_CATEGORY_DEROGATORY',
      'HARM_CATEGORY_TOXICITY',
      'HARM_CATEGORY_VIOLENCE',
      'HARM_CATEGORY_SEXUAL',
      'HARM_CATEGORY_MEDICAL',
      'HARM_CATEGORY_DANGEROUS',
      'HARM_CATEGORY_HARASSMENT',
      'HARM_CATEGORY_HATE_SPEECH',
      'HARM_CATEGORY_SEXUALLY_EXPLICIT',
      'HARM_CATEGORY_DANGEROUS_CONTENT',
      'HARM_CATEGORY_CIVIC_INTEGRITY',
    ],
  },
  HarmBlockThreshold: {
    name: 'SafetySetting.HarmBlockThreshold',
    values: [
      'HARM_BLOCK_THRESHOLD_UNSPECIFIED',
      'BLOCK_LOW_AND_ABOVE',
      'BLOCK_MEDIUM_AND_ABOVE',
      'BLOCK_ONLY_HIGH',
      'BLOCK_NONE',
      'OFF',
    ],
  },
  ImageAspectRatio: {
    name: 'ImageResponseFormat.AspectRatio',
    values: ['ASPECT_RATIO_UNSPECIFIED', ...ratioWords.map((words) => `ASPECT_RATIO_${words}`)],
  },
  ImageSizeName: {
    name: 'ImageResponseFormat.ImageSize',
    values: [
      'IMAGE_SIZE_UNSPECIFIED',
      'IMAGE_SIZE_FIVE_TWELVE',
      'IMAGE_SIZE_ONE_K',
      'IMAGE_SIZE_TWO_K',
      'IMAGE_SIZE_FOUR_K',
    ],
  },
  ImageMimeType: { name: 'ImageResponseFormat.MimeType', values: ['MIME_TYPE_UNSPECIFIED', 'IMAGE_JPEG'] },
  Delivery: { name: 'ImageResponseFormat.Delivery', values: ['DELIVERY_UNSPECIFIED', 'INLINE', 'URI'] },
};

export const scalarTypeNames: Readonly<Record<Exclude<Scalar, 'struct'>, string>> = {
  string: 'TYPE_STRING',
  bool: 'TYPE_BOOL',
  int32: 'TYPE_INT32',
  float: 'TYPE_FLOAT',
  bytes: 'TYPE_BYTES',
};
