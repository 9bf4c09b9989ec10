// Shows the AsyncAPI document of this server. Texts are set as text, never as markup.

const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children);
  return made;
};

const document_ = await (await fetch("/api/asyncapi.json")).json();
const { messages, schemas } = document_.components;
const last = (reference) => reference.split("/").at(-1);

function shown({ $ref }) {
  const message = messages[last($ref)];
  const schema = schemas[last(message.payload.$ref)];
  const head = element("summary", element("code", message.name), ` ${message.summary}`);
  return element("details", head, element("pre", element("code", JSON.stringify(schema, null, 2))));
}

for (const name of ["say", "hear"]) {
  document.querySelector(`#${name}`).replaceChildren(...document_.operations[name].messages.map(shown));
}
document.querySelector("#description").replaceChildren(
  ...document_.info.description.split("\n\n").map((text) => {
    const [first, ...items] = text.split("\n- ");
    return element("div", element("p", first), ...(items.length ? [element("ul", ...items.map((item) => element("li", item)))] : []));
  }),
);
