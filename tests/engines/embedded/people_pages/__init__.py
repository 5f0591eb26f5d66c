"""Pages as people make them, drawn from a seed, each with what a right reading holds."""
