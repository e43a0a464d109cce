"""How nets are trained, and how experiments are run and kept."""
