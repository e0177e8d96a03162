// The OpenAI SDK for JavaScript against a studio engine. Prints what it saw as one line of JSON.
import fs from 'node:fs';
import OpenAI from 'openai';

const [url, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const model = 'qwen3.6-35b-a3b-gguf-iq4xs';
const seen = {};

seen.models = (await client.models.list()).data.map((entry) => entry.id);
seen.retrieved = (await client.models.retrieve(model)).id;
try {
  await client.models.retrieve('nothing');
} catch (error) {
  seen.missing = { status: error.status, code: error.code };
}
const ask = { model, messages: [{ role: 'user', content: 'paint a red barn, 256x256' }] };
const plain = await client.chat.completions.create(ask);
seen.plain = { text: plain.choices[0].message.content, results: plain.sogni_tool_results.length };

const stream = await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } });
seen.streamed = { text: '', usage: 0, results: 0, finish: null };
for await (const chunk of stream) {
  seen.streamed.text += chunk.choices[0]?.delta?.content ?? '';
  seen.streamed.finish = chunk.choices[0]?.finish_reason ?? seen.streamed.finish;
  seen.streamed.usage = chunk.usage?.total_tokens ?? seen.streamed.usage;
  seen.streamed.results += chunk.sogni_tool_results?.length ?? 0;
}

const helper = client.chat.completions.stream({ ...ask, sogni_tools: false });
seen.helper = (await helper.finalChatCompletion()).choices[0].finish_reason;

const tools = [{ type: 'function', function: { name: 'book_table', description: 'Book a table at a restaurant.',
  parameters: { type: 'object', properties: { people: { type: 'integer' } }, required: ['people'] } } }];
const call = await client.chat.completions.create({
  model, messages: [{ role: 'user', content: 'Book a table for 4 people' }], tools, sogni_tools: false, tool_choice: 'required',
});
seen.call = call.choices[0].message.tool_calls?.[0]?.function ?? null;

const pixel = fs.readFileSync(process.argv[4]).toString('base64');
const vision = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: [
    { type: 'text', text: 'cut this out' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
  ] }],
});
seen.vision = vision.sogni_tool_results?.[0]?.tool ?? null;
try {
  await client.chat.completions.create({ model, messages: [] });
} catch (error) {
  seen.invalid = { status: error.status, message: error.message };
}
const controller = new AbortController();
const cut = await client.chat.completions.create({ ...ask, stream: true }, { signal: controller.signal });
for await (const _ of cut) { controller.abort(); break; }
seen.aborted = true;
console.log(JSON.stringify(seen));
