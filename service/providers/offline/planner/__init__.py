"""The offline planner: it proposes the stages of a novel from written pieces, with no network and no model.

The pieces stand in ``prose/``; ``corpus`` says how they are written down. A *kit* is a premise with its
world and the eight scenes of its outer story; a *situation* ties two people for four scenes; a *theme*, an
*arc* and a *carrier* (which makes a thing of the inspiration matter) have scenes of their own. A draft is
chosen, cast and ordered from these. Each stage is a function of the accepted fields: a later stage finds its
kit, theme, arcs and situations again by the words of those fields, so ``drawn_from`` is exact. English only.
"""
