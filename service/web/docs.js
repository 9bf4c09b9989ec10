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

function linkTo(shape) {
  const link = element("a", shape);
  link.href = `#shape-${shape}`;
  link.addEventListener("click", () => document.getElementById(`shape-${shape}`).setAttribute("open", ""));
  return link;
}

/** What a body or an answer is made of: its shape and an example, or the names of its media types. */
function told(content) {
  const form = content["application/json"];
  if (!form?.schema) return [Object.keys(content).join(", ")];
  const shape = shapeOf(form.schema);
  const parts = shape ? [linkTo(shape)] : [];
  return form.example === undefined ? [...parts, json(form.schema)] : [...parts, json(form.example)];
}

/** A parameter's schema in words: its choices, its format and its bounds. */
function bounds({ schema }) {
  const words = [schema.format ?? schema.type];
  if (schema.enum) words.push(`one of ${schema.enum.join(", ")}`);
  if (schema.minimum !== undefined) words.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined) words.push(`to ${schema.maximum}`);
  if (schema.default !== undefined) words.push(`${schema.default} if not given`);
  return words.join(", ");
}

function parameter(each) {
  const words = [each.required ? "required" : "optional", bounds(each), each.description];
  return titled(`${each.in}: ${each.name}`, words.filter(Boolean).join("; "));
}

function operation(path, method, description) {
  const list = element("dl");
  for (const each of description.parameters ?? []) list.append(...parameter(each));
  if (description.requestBody) list.append(...titled("body", ...told(description.requestBody.content)));
  for (const [status, answer] of Object.entries(description.responses)) {
    const good = Number(status) < 300 && answer.content;
    list.append(...titled(status, ...(good ? told(answer.content) : [answer.description])));
  }
  const head = element("summary", code(`${method.toUpperCase()} ${path}`), ` ${description.summary}`);
  return element("details", head, list);
}

const response = await fetch("/api/openapi.json");
const { paths, components, tags } = await response.json();

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, description]) => ({ path, method, description })),
);
document.querySelector("#operations").replaceChildren(
  ...tags.flatMap(({ name }) => [
    element("h2", name),
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
