"""Things: held in hands, standing on the ground, up in the air."""
