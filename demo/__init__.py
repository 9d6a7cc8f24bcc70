"""The demo organisations: believable, made from a seed, loaded through the same imports and actions as real data."""
