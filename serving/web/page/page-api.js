// Calls of the API beside the page. Addresses are relative, so that the page also works below a path of a proxy.

const MILLISECONDS_TO_ANSWER = 30_000;

/**
 * Ask `path`, with `body` as JSON if there is one: {record}, or {failure: {status, errors, wait}}.
 * `status` is 0 where no answer came, `errors` is empty where the answer is not in the API's shape, and `wait` is in
 * seconds, null where the server names none.
 */
export async function call(path, key, body) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers.Authorization = `Bearer ${key}`;
  const method = body ? "POST" : "GET";
  try {
    const signal = AbortSignal.timeout(MILLISECONDS_TO_ANSWER);
    const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store", signal });
    const record = await response.json().catch(() => null);
    return response.ok && record ? { record } : { failure: failureOf(response, record) };
  } catch {
    return { failure: { status: 0, errors: [], wait: null } };
  }
}

function failureOf(response, record) {
  const errors = Array.isArray(record?.errors) ? record.errors : [];
  return { status: response.status, errors, wait: secondsToWait(response.headers.get("Retry-After")) };
}

/** Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3). */
function secondsToWait(value) {
  if (value === null) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** What the page knows about categories while the server has not told: nothing, so it shows their ids. */
export const NO_FACTS = { categories: [], signals: [], escalation: {}, review: {}, card: "" };

/** Names, definitions, thresholds and the model card: {facts}, or {failure} as `call` gives it. */
export async function loadFacts(key) {
  const routes = ["v1/taxonomy", "v1/model", "v1/policy"];
  const [taxonomy, model, policy] = await Promise.all(routes.map((route) => call(route, key)));
  const failure = taxonomy.failure ?? model.failure ?? policy.failure;
  if (failure) return { failure };
  const { categories, signals, escalation } = taxonomy.record;
  const review = Object.fromEntries(Object.entries(policy.record.categories).map(([id, rule]) => [id, rule.review]));
  return { facts: { categories, signals, escalation, review, card: model.record.card } };
}

/** The Dutch name of a category or signal, or its id. */
export const nameOf = (facts, id) => [...facts.categories, ...facts.signals].find((entry) => entry.id === id)?.name ?? id;
