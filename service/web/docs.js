// Shows the OpenAPI document of this server. Texts are set as text, never as markup.

const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children);
  return made;
};

const code = (text) => element("code", text);

const json = (value) => element("pre", code(JSON.stringify(value, null, 2)));

const titled = (title, ...content) => [element("dt", title), element("dd", ...content)];

const nameOf = (reference) => reference.split("/").at(-1);

/** The name of the shape that a schema leads to, through an envelope if there is one. */
function shapeOf(schema) {
  const inner = schema.properties?.data ?? schema;
  return inner.$ref ? nameOf(inner.$ref) : undefined;
}

function linkTo(id, text) {
  const link = element("a", text);
  link.href = `#${id}`;
  return link;
}

/** What a body or an answer is made of: its shape and an example, or the names of its media types. */
function told(content) {
  const form = content["application/json"];
  if (!form?.schema) return [Object.keys(content).join(", ")];
  const shape = shapeOf(form.schema);
  const parts = shape ? [linkTo(`shape-${shape}`, shape)] : [];
  return form.example === undefined ? [...parts, json(form.schema)] : [...parts, json(form.example)];
}

/** A parameter's format and its choices. Its description has its bounds and its default. */
function form({ schema }) {
  const words = [schema.format ?? schema.type];
  if (schema.enum) words.push(`one of ${schema.enum.join(", ")}`);
  return words.join(", ");
}

function parameter(each) {
  const words = [each.required ? "required" : "optional", form(each), each.description];
  return titled(`${each.in}: ${each.name}`, words.filter(Boolean).join("; "));
}

/** A text as one word of a shell. */
const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** How a body is sent with curl: its example, or a file where it is none of ours. */
function bodyOf({ content }) {
  const [media, form] = Object.entries(content)[0];
  const body = form.example ? quoted(JSON.stringify(form.example)) : `@picture.${media.split("/")[1]}`;
  return [`-H 'Content-Type: ${media}'`, form.example ? `-d ${body}` : `--data-binary ${body}`];
}

/** The path with its examples in it, and those of its query. */
function addressOf(path, parameters) {
  const shown = parameters.filter(({ example }) => example !== undefined);
  const filled = shown.reduce((known, { name, example }) => known.replace(`{${name}}`, example), path);
  const query = shown.filter((each) => each.in === "query").map(({ name, example }) => `${name}=${example}`);
  return location.origin + [filled, ...query].join("?");
}

/** The call as curl makes it, with the examples of its address and its body. */
function commandFor(path, method, { parameters = [], requestBody, responses, security }) {
  const streams = responses[200]?.content?.["text/event-stream"];
  const command = { get: streams ? "curl -N" : "curl" }[method] ?? `curl -X ${method.toUpperCase()}`;
  const parts = [command, quoted(addressOf(path, parameters))];
  if (!security) parts.push(`-H "Authorization: Bearer $TOKEN"`);
  if (requestBody) parts.push(...bodyOf(requestBody));
  return element("pre", code(parts.join(" \\\n  ")));
}

function operation(path, method, description) {
  const list = element("dl");
  if (!description.responses[101]) list.append(...titled("try it", commandFor(path, method, description)));
  for (const each of description.parameters ?? []) list.append(...parameter(each));
  if (description.requestBody) list.append(...titled("body", ...told(description.requestBody.content)));
  for (const [status, answer] of Object.entries(description.responses)) {
    const good = Number(status) < 300 && answer.content;
    list.append(...titled(status, ...(good ? told(answer.content) : [answer.description])));
  }
  const head = element("summary", code(`${method.toUpperCase()} ${path}`), ` ${description.summary}`);
  const details = element("details", head, list);
  details.id = description.operationId;
  return details;
}

/** Opens what the address names, so that a link to one call or shape shows it. */
function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  named?.setAttribute("open", "");
  named?.scrollIntoView();
}

const response = await fetch("/api/openapi.json");
const { info, paths, components, tags } = await response.json();

document.querySelector("#introduction").replaceChildren(
  element("p", info.description),
  element("p", components.securitySchemes.bearer.description),
);
document.querySelector("#contents").replaceChildren(
  ...tags.flatMap(({ name }) => [linkTo(`tag-${name}`, name), " · "]),
  linkTo("shapes", "schemas"),
);

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, description]) => ({ path, method, description })),
);
document.querySelector("#operations").replaceChildren(
  ...tags.flatMap(({ name }) => [
    Object.assign(element("h2", name), { id: `tag-${name}` }),
    ...operations
      .filter(({ description }) => description.tags.includes(name))
      .map(({ path, method, description }) => operation(path, method, description)),
  ]),
);
document.querySelector("#schemas").replaceChildren(
  ...Object.entries(components.schemas).map(([name, schema]) => {
    const shape = element("details", element("summary", code(name)), json(schema));
    shape.id = `shape-${name}`;
    return shape;
  }),
);
openNamed();
addEventListener("hashchange", openNamed);
