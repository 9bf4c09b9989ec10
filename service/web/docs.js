// Shows the OpenAPI document of this server. Texts are set as text, never as markup.

const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children);
  return made;
};

const code = (text) => element("code", text);

const example = (value) => element("pre", code(JSON.stringify(value, null, 2)));

const titled = (title, content) => [element("dt", title), element("dd", content)];

/** What a body or an answer is made of: its schema as JSON, or the names of its media types. */
function shape(content) {
  const json = content["application/json"];
  return json?.schema ? example(json.schema) : Object.keys(content).join(", ");
}

function operation(path, method, description) {
  const list = element("dl");
  for (const parameter of description.parameters ?? []) {
    const wanted = parameter.required ? "required" : "optional";
    const told = parameter.description ? `${wanted}: ${parameter.description}` : wanted;
    list.append(...titled(`${parameter.in}: ${parameter.name}`, told));
  }
  if (description.requestBody) list.append(...titled("body", shape(description.requestBody.content)));
  for (const [status, answer] of Object.entries(description.responses)) {
    list.append(...titled(status, answer.content ? shape(answer.content) : answer.description));
  }
  const head = element("summary", code(`${method.toUpperCase()} ${path}`), ` ${description.summary}`);
  return element("details", head, list);
}

const response = await fetch("/api/openapi.json");
const { paths, components } = await response.json();

document.querySelector("#operations").replaceChildren(
  ...Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, description]) => operation(path, method, description)),
  ),
);
document.querySelector("#schemas").replaceChildren(
  ...Object.entries(components.schemas).map(([name, schema]) =>
    element("details", element("summary", code(name)), example(schema)),
  ),
);
