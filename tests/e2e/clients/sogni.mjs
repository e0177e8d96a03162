// The Sogni SDK for JavaScript against a studio engine. Prints what it saw as one line of JSON.
import { SogniClient } from '@sogni-ai/sogni-client';

const [restEndpoint, apiKey, payingEndpoint, payingKey] = process.argv.slice(2);
const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const connect = (endpoint, key) =>
  SogniClient.createInstance({ apiKey: key, restEndpoint: endpoint, disableSocket: true, logLevel: 'error', logger: quiet });
const sogni = await connect(restEndpoint, apiKey);
const seen = {};
const collect = async (stream) => {
  const found = [];
  for await (const item of stream) found.push(item);
  return found;
};

seen.me = (await sogni.account.me()).username;
seen.balance = Object.keys(await sogni.account.refreshBalance()).sort();
seen.subscription = (await sogni.account.getSubscriptionStatus()).active;

const answer = await sogni.chat.hosted.create({
  model: 'qwen3.6-35b-a3b-gguf-iq4xs', messages: [{ role: 'user', content: 'paint a red barn, 256x256' }], sogniTools: 'rich',
});
seen.hosted = answer.sogni_tool_results.map((result) => [result.tool, result.success]);
const direct = await sogni.chat.hosted.executeTool({ tool: 'compose_lyrics', arguments: { prompt: 'rain over the harbor' } });
seen.direct = [direct.data.tool, direct.data.result.ok];

const run = await sogni.chat.runs.create({
  messages: [{ role: 'user', content: 'paint a misty forest, 256x256' }], idempotencyKey: 'js', sessionId: 's',
});
const events = await collect(sogni.chat.runs.streamEvents(run.runId));
seen.run = { sequences: events.map((event) => event.sequence), types: events.map((event) => event.type) };
seen.rest = (await collect(sogni.chat.runs.streamEvents(run.runId, { lastEventId: 2 }))).map((event) => event.sequence);
seen.snapshot = (await sogni.chat.runs.get(run.runId)).status;
seen.cancelled = (await sogni.chat.runs.cancel(run.runId)).status;

const step = { id: 'still', toolName: 'generate_image', arguments: { prompt: 'a paper boat', width: 256, height: 256 } };
const workflow = await sogni.workflows.start({ input: { title: 'Boat', steps: [step] } });
const frames = await collect(sogni.workflows.streamEvents(workflow.workflowId));
seen.workflow = { events: frames.map((frame) => frame.event), last: frames.at(-1).data.status };
seen.workflows = (await sogni.workflows.list({ limit: 1 })).map((entry) => entry.workflowId === workflow.workflowId);
seen.artifacts = (await sogni.workflows.get(workflow.workflowId)).artifacts.length;
seen.workflowEvents = (await sogni.workflows.events(workflow.workflowId)).length;
const take = await sogni.workflows.reseed(workflow.workflowId, { seedOverrides: { still: 7 } });
seen.reseed = take.reseed.clonedFromRunId ?? take.reseed.cloned_from_run_id;
seen.reseedOf = workflow.workflowId;
seen.workflowCancelled = typeof (await sogni.workflows.cancel(take.workflow.workflowId)).status;
try {
  await sogni.workflows.resume(workflow.workflowId);
} catch (error) {
  seen.resume = error.status;
}

const templates = sogni.workflows.templates;
const made = await templates.create({
  name: 'Boats', description: '', inputs: [{ name: 'subject', type: 'text', required: true, description: '' }],
  stages: [{ id: 'still', type: 'fixed', label: 'Paint', produces: ['still'], tool: 'generate_image',
    args: { prompt: 'A painting of $inputs.subject', width: 256, height: 256 } }],
});
seen.template = [made.version, (await templates.update(made.id, { description: 'x' })).version, (await templates.get(made.id)).name];
seen.fork = (await templates.fork(made.id, { newName: 'Mine' })).name;
seen.templates = (await templates.list({ visibility: 'own' })).templates.length;
await templates.delete(made.id);
try {
  await templates.get(made.id);
} catch (error) {
  seen.deleted = error.status;
}

const record = { schemaVersion: 2, run_id: 'js-1', startedAt: 1, endedAt: 2, user_request: 'token: abcdefghijk', model_id: 'm',
  runtime_config: {}, tool_schemas: [], rounds: [], final_response: '', audit_results: [], job_ids: [], asset_ids: [], redacted: false };
seen.replay = (await sogni.replay.write(record)).redacted;
seen.replays = (await sogni.replay.list()).length ?? (await sogni.replay.list()).records?.length;
seen.record = JSON.stringify(await sogni.replay.get('js-1')).includes('abcdefghijk');

const paying = await connect(payingEndpoint, payingKey);
const gated = await paying.chat.runs.create({
  messages: [{ role: 'user', content: 'paint a harbor at night, 256x256' }], runtimeConfig: { requireJobConfirmation: true },
});
const pause = await collect(paying.chat.runs.streamEvents(gated.runId));
const details = pause.at(-1).payload.details;
seen.paused = pause.at(-1).type;
await paying.chat.runs.confirmCost(gated.runId, {
  toolCallId: details.toolCallId, decision: 'confirm', acceptedCostPreview: details.costApprovalPreview, idempotencyKey: 'yes',
});
const after = await collect(paying.chat.runs.streamEvents(gated.runId, { lastEventId: pause.at(-1).sequence }));
seen.confirmed = after.at(-1).type;
console.log(JSON.stringify(seen));
process.exit(0);
