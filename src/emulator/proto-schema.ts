/**
 * The request messages of the Gemini API as data (docs/contracts/gemini.md#request-body). A field is written in
 * snake_case with its type: a scalar, an enum or another message; `[]` marks a repeated field. `struct` is any
 * JSON: what no image model uses is accepted without looking inside.
 */
export type Scalar = 'string' | 'bool' | 'int32' | 'float' | 'bytes' | 'struct';

const geminiMessages = {
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
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What Vertex takes beside (docs/contracts/gemini.md#vertex): its messages, under names that begin with `Vertex`. */
const vertexMessages = {
  VertexGenerateContentRequest: {
    ...geminiMessages.GenerateContentRequest,
    safety_settings: 'VertexSafetySetting[]',
    generation_config: 'VertexGenerationConfig',
    model_armor_config: 'struct',
    output_config: 'struct',
  },
  VertexCountTokensRequest: {
    ...geminiMessages.CountTokensRequest,
    system_instruction: 'Content',
    tools: 'Tool[]',
    generation_config: 'VertexGenerationConfig',
    instances: 'struct',
  },
  VertexSafetySetting: { ...geminiMessages.SafetySetting, method: 'string' },
  VertexGenerationConfig: { ...geminiMessages.GenerationConfig, image_config: 'VertexImageConfig' },
  VertexImageConfig: {
    ...geminiMessages.ImageConfig,
    person_generation: 'string',
    prominent_people: 'string',
    image_output_options: 'VertexImageOutputOptions',
  },
  VertexImageOutputOptions: { mime_type: 'string', compression_quality: 'int32' },
} as const;

export const messages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...geminiMessages,
  ...vertexMessages,
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

export const scalarTypeNames: Readonly<Record<Exclude<Scalar, 'struct'>, string>> = {
  string: 'TYPE_STRING',
  bool: 'TYPE_BOOL',
  int32: 'TYPE_INT32',
  float: 'TYPE_FLOAT',
  bytes: 'TYPE_BYTES',
};
