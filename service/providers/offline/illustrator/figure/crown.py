"""The height of a head, including hair, ears and coverings."""

from __future__ import annotations

from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.traits import coverings

_TALL_HAIR = {"afro": 1.8, "bun": 1.68, "topknot": 1.68, "mohawk": 1.7, "puffs": 1.45}
_TALL_HATS = {"beanie": 1.66, "crown": 1.55, "helmet": 1.4, "sunhat": 1.4}
_TALL_COVERINGS = {"gele": 1.8, "turban": 1.6, "patka": 1.72, "tam": 1.7, "kippah": 1.4, "kufi": 1.42}
_TALL_EARS = {"long": 2.05, "pointed": 1.5, "leaf": 1.3, "upright": 1.52, "tufted": 1.4}
_TALL_CRESTS = {"horn": 1.8, "antlers": 1.75, "quills": 1.55, "mane": 1.45, "plume": 1.5, "spikes": 1.3}


def crown_height(look: Look) -> float:
    """The height of the crown above the middle of the head, in radii of the head."""
    species = look.species
    if species is not None:
        return max(_TALL_EARS.get(species.ears, 1.2), _TALL_CRESTS.get(species.crest, 1.2))
    covering = coverings.kind_of(look)
    if covering is not None:
        return _TALL_COVERINGS.get(covering, 1.36)
    if look.outfit.headwear in _TALL_HATS:
        return _TALL_HATS[look.outfit.headwear]
    return _TALL_HAIR.get(look.hair.style, 1.4 if look.hair.texture in ("curly", "coily") else 1.26)
