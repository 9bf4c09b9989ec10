// Three books to begin with: what an empty library offers, filled in but not sent.

/**
 * @typedef {{id: string, name: string, blurb: string, art: string, request: any}} Example
 * @type {Example[]}
 */
export const EXAMPLES = [
  {
    id: "lighthouse",
    name: "Maya and the dark lighthouse",
    blurb: "Maya, six, with fast wheels and sharp glasses, has an adventure by the sea.",
    art: "/web/art/lighthouse.svg",
    request: {
      characters: [{
        name: "Maya", age: 6, kind: "child", pronouns: "she/her",
        description: "curious, laughs loudly, knows every ramp in town",
        traits: [{ id: "manual_wheelchair" }, { id: "glasses" }],
        looks: { skin_tone: "deep brown", hair: "black curls", eyes: "dark brown", outfit: "yellow raincoat" },
        preferred_words: { manual_wheelchair: "wheels" },
      }],
      story_type: "adventure", themes: ["courage"], age_range: "3-5", scene_count: 4,
    },
  },
  {
    id: "friends",
    name: "Bramble and Pip",
    blurb: "A big bear and a small mouse find out how to be friends.",
    art: "/web/art/friends.svg",
    request: {
      characters: [
        { name: "Bramble", kind: "animal", species: "bear", pronouns: "he/him",
          description: "big, slow and kind", looks: { outfit: "green scarf" } },
        { name: "Pip", kind: "animal", species: "mouse", pronouns: "she/her",
          description: "tiny, quick, full of plans", looks: { outfit: "red waistcoat" } },
      ],
      story_type: "friendship", themes: ["friendship", "kindness"], age_range: "3-5", scene_count: 4,
    },
  },
  {
    id: "bedtime",
    name: "Noor and the sleepy moon",
    blurb: "A quiet book for the end of the day, for the very small.",
    art: "/web/art/bedtime.svg",
    request: {
      characters: [{
        name: "Noor", age: 3, kind: "child", pronouns: "they/them", description: "full of questions, fond of owls",
        looks: { skin_tone: "light brown", hair: "dark straight bob", eyes: "brown", outfit: "starry pyjamas" },
      }],
      story_type: "bedtime", themes: ["wonder", "sleep"], age_range: "0-3", scene_count: 4,
    },
  },
];

/** @param {string | null} id */
export const exampleRequest = (id) => EXAMPLES.find((example) => example.id === id)?.request ?? null;
