"""The offline planner: it proposes the stages of a novel from written pieces, with no network and no model.

The pieces stand in ``prose/``; ``corpus`` says how they are written down. A *kit* is a premise with its
world and the eight scenes of its outer story. An *open* kit is about what the inspiration names: its deed,
its thing, its place, and whom it misses; it has twelve scenes. A *bridge* is the legwork of a genre. A
*situation* ties two people for four scenes; a *theme*, an *arc* and a *carrier* (which makes a thing of the
inspiration matter) have scenes of their own. A *structure* says when the kit's scenes come and where acts
end. A piece with ``readers`` is for children (``young``) or young adults (``ya``) alone.

A draft is chosen, cast and ordered from these. Each stage is a function of the accepted fields: a later stage
finds its pieces again by the words of those fields, so ``drawn_from`` is exact. A manuscript is read whole,
for its people, places and things, and is quoted word for word. English only; no scene is invented.
"""
