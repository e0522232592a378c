/** A line that guards something, and what it looks like broken. */
export interface NamedGuard {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  readonly guarantee: string;
}

/**
 * Guards that were once found broken without any test noticing, and those that no operator breaks the way a person
 * would. Always tried, sampled or not; `--named` tries them alone.
 */
export const namedGuards: readonly NamedGuard[] = [
  {
    file: 'src/routing/draw-picture.ts',
    from: '      turn.end(call);\n',
    to: '',
    guarantee: 'what an upstream answered changes what is chosen next and what /readyz says',
  },
  {
    file: 'src/routing/upstream-pool.ts',
    from: '        if (isCellProbe) cell.isProbed = false;\n',
    to: '',
    guarantee: 'a probe always gives its place back',
  },
  {
    file: 'src/routing/upstream-pool.ts',
    from: '        if (isAgain) this.#retriesInFlight--;\n',
    to: '',
    guarantee: 'the budget of retries is given back',
  },
  {
    file: 'src/routing/retry-rules.ts',
    from: ' || hasCountedPicture(last)',
    to: '',
    guarantee: 'nothing is asked again after a picture that was counted',
  },
  {
    file: 'src/routing/waiting-line.ts',
    from: "      signal.addEventListener('abort', leave, { once: true });\n",
    to: '',
    guarantee: 'an order given up leaves the line',
  },
  {
    file: 'src/journey/order-scope.ts',
    from: '      this.onEnd(() => memory.close());\n',
    to: '',
    guarantee: 'after any order, however ended, nothing of it is counted',
  },
  {
    file: 'src/upstreams/http/answer-receiver.ts',
    from: '    this.#mayGoOn = this.#share.add(chunk.length);',
    to: '    this.#share.add(chunk.length);',
    guarantee: 'an answer that does not fit is paused',
  },
  {
    file: 'src/upstreams/http/answer-receiver.ts',
    from: 'if (bytes <= this.#maxBytes) return;',
    to: 'if (bytes <= 2 * this.#maxBytes) return;',
    guarantee: 'limits.max_upstream_answer_bytes holds to the byte',
  },
  {
    file: 'src/server/send-answer.ts',
    from: 'if (answer.body.isLastUse === true && response.writableFinished)',
    to: 'if (answer.body.isLastUse === true)',
    guarantee: 'memory is never given back while the socket may still write from it',
  },
  {
    file: 'src/server/send-answer.ts',
    from: '      await taken;\n',
    to: '      void taken;\n',
    guarantee: 'a slow reader of a stream holds no more than what is counted',
  },
  {
    file: 'src/server/send-answer.ts',
    from: '  if ((response.socket?.writableLength ?? 0) > 0) watchClient(response, patience, byteLength);\n',
    to: '',
    guarantee: 'a client that takes nothing is given up',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    from: 'featherPx: isOver ? 0 : featherPxOf(size)',
    to: 'featherPx: featherPxOf(size)',
    guarantee: 'colours under alpha 0 never shine through',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    from: 'Math.max(0, plan.rows.top - 1)',
    to: 'plan.rows.top',
    guarantee: 'the upper edge is soft, as left and right are',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    from: 'Math.min(size.heightPx, plan.rows.bottom + 1)',
    to: 'plan.rows.bottom',
    guarantee: 'the lower edge is soft, as left and right are',
  },
  {
    file: 'src/pixels/mask/composite-mask.ts',
    from: 'opaque: isOver || channels === 3',
    to: 'opaque: false',
    guarantee: 'a transparent drawing inside a mask gives defined pixels',
  },
  {
    file: 'src/bytes/json-escape.ts',
    from: "    if (Number.isNaN(digit)) throw new SyntaxError('a string holds a broken unicode escape');\n",
    to: '',
    guarantee: 'a broken escape is a syntax error, never a byte in the picture',
  },
  {
    file: 'src/usage/price.ts',
    from: 'Math.ceil(Buffer.byteLength(order.prompt) / 4)',
    to: 'Math.ceil(order.prompt.length / 4)',
    guarantee: 'a prompt in any script is never estimated too low',
  },
  {
    file: 'src/usage/price.ts',
    from: 'Math.min(parts.inputTextTokens, model.inputTokenLimit - inputImageTokens)',
    to: 'parts.inputTextTokens',
    guarantee: 'the bound is tight',
  },
  {
    file: 'src/usage/price.ts',
    from: '?? Math.max(0, ...Object.values(tokens))',
    to: '?? 0',
    guarantee: 'an unpriced tier is reserved at the dearest price',
  },
  {
    file: 'src/journey/collect-images.ts',
    from: "  'moderation_blocked',\n  'upstream_rejected',\n  'no_image_generated',\n",
    to: "  'no_image_generated',\n  'upstream_rejected',\n  'moderation_blocked',\n",
    guarantee: 'of several failures the most telling one answers',
  },
  {
    file: 'src/journey/collect-images.ts',
    from: 'counted.length > 0 && counted.length === usages.length ?',
    to: 'counted.length > 0 ?',
    guarantee: 'usage is complete or absent',
  },
  {
    file: 'src/journey/make-images.ts',
    from: '    scope.signal.throwIfAborted();\n    result = {',
    to: '    result = {',
    guarantee: 'a caller who left is not booked as succeeded',
  },
  {
    file: 'src/journey/make-images.ts',
    from: '    scope.signal.throwIfAborted();\n    return { order, claim',
    to: '    return { order, claim',
    guarantee: 'a caller who left before admission costs nothing',
  },
  {
    file: 'src/server/read-bytes.ts',
    from: '      stream.pause();\n      reject(error);',
    to: '      reject(error);',
    guarantee: 'a refused upload stops reading at once',
  },
  {
    file: 'src/server/read-bytes.ts',
    from: '      stopListening();\n      held.release();',
    to: '      held.release();',
    guarantee: 'a refused upload is listened to no more',
  },
  {
    file: 'src/server/read-multipart.ts',
    from: '/[\\r\\n\\0]/.test(boundary)',
    to: '/\\0/.test(boundary)',
    guarantee: 'a boundary cannot carry line ends',
  },
  {
    file: 'src/server/read-multipart.ts',
    from: ' || boundary.length > maxBoundaryLength',
    to: '',
    guarantee: 'a boundary has a bounded length',
  },
  {
    file: 'src/routing/draw-picture.ts',
    from: '      await backOff(calls, model, upstream, context);\n',
    to: '',
    guarantee: 'orders that failed together do not come back at once',
  },
  {
    file: 'src/routing/draw-picture.ts',
    from: 'Math.random() * longestMs',
    to: 'longestMs',
    guarantee: 'orders that failed together do not come back together',
  },
  {
    file: 'src/upstreams/client/origin-pool.ts',
    from: "      signal.addEventListener('abort', leave, { once: true });\n",
    to: '',
    guarantee: 'an aborted order does not wait for a connection',
  },
  {
    file: 'src/upstreams/gemini/google-error.ts',
    from: 'cutText(text, 1000)',
    to: 'text',
    guarantee: 'log lines are bounded',
  },
  {
    file: 'src/journey/key-state.ts',
    from: "  if (revokedAtMs !== null) return 'revoked';\n",
    to: '',
    guarantee: 'a revoked key is no key',
  },
  {
    file: 'src/access/authenticate.ts',
    from: "?.trim() ?? ''",
    to: "?? ''",
    guarantee: 'blanks around a key are not part of it',
  },
  {
    file: 'src/gallery/signed-link.ts',
    from: ' || moreExpires.length + moreSignatures.length > 0',
    to: '',
    guarantee: 'a link with a parameter of ours twice is refused',
  },
  {
    file: 'src/gallery/signed-link.ts',
    from: ' || query.length > 4096',
    to: '',
    guarantee: 'a link of any length costs no more than a bounded one',
  },
  {
    file: 'src/gallery/signed-link.ts',
    from: 'expiresAtMs > nowMs ?',
    to: 'expiresAtMs >= nowMs ?',
    guarantee: 'a link works not a moment longer than it says',
  },
  {
    file: 'src/pixels/headers/inspect-picture.ts',
    from: "facts?.mimeType === 'image/heic' || ",
    to: '',
    guarantee:
      'a picture of a type that nothing here decodes is passed on without pixels, not taken for a known one',
  },
  {
    file: 'src/journey/measured-adaptations.ts',
    from: 'isCovered ? [] : ',
    to: '',
    guarantee: 'only what was bent is reported',
  },
  {
    file: 'src/openai/images/choose-dimensions.ts',
    from: 'wishes.find(([, tier]) => tier !== undefined)',
    to: 'wishes.findLast(([, tier]) => tier !== undefined)',
    guarantee: 'a tier that was asked for is kept',
  },
  {
    file: 'src/openai/images/sent-pictures.ts',
    from: 'left.name.place - right.name.place',
    to: '0',
    guarantee: 'the number in a name decides the order of pictures',
  },
  {
    file: 'src/openai/images/read-fields.ts',
    from: 'looksLikePicture(name, field.value)',
    to: 'false',
    guarantee: 'a picture where none is read is refused, never dropped',
  },
];
