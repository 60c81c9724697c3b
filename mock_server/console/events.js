// Server-sent events, read from a fetch: EventSource cannot send a token.

/** @typedef {{ event: string, data: string }} ServerEvent */

/**
 * The events of a stream as they come. Comments are passed on as events without a name, as a sign of life.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<ServerEvent>}
 */
export async function* readEvents(stream) {
  const reader = stream.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) yield parse(block);
  }
}

/** @param {string} block @returns {ServerEvent} */
function parse(block) {
  const fields = block.split("\n").map((line) => line.match(/^(\w+): ?(.*)$/) ?? []);
  const valueOf = (/** @type {string} */ name) => fields.filter((field) => field[1] === name).map((field) => field[2]);
  return { event: valueOf("event")[0] ?? "", data: valueOf("data").join("\n") };
}
