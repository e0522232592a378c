/** A Gemini answer with one picture, laid out as Google prints it: two blanks of indent and a final newline. */
export function geminiBody(base64: string, mimeType: 'image/png' | 'image/jpeg'): Buffer {
  const answer = {
    candidates: [
      {
        content: { parts: [{ inlineData: { mimeType, data: base64 } }], role: 'model' },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 16,
      candidatesTokenCount: 1290,
      totalTokenCount: 1306,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 16 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
      serviceTier: 'standard',
    },
    modelVersion: 'gemini-2.5-flash-image',
    responseId: 'HN2XapOEKtL8nsEP27CN0Q0',
  };
  return Buffer.from(`${JSON.stringify(answer, undefined, 2)}\n`);
}

/** The same picture as Vertex answers Imagen's `:predict`, the only way Portkey makes images. */
export function imagenBody(base64: string): Buffer {
  const answer = { predictions: [{ mimeType: 'image/png', bytesBase64Encoded: base64 }] };
  return Buffer.from(`${JSON.stringify(answer, undefined, 2)}\n`);
}
