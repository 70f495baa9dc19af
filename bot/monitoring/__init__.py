"""How the process is doing, for the operator's monitoring: metrics, and whether it lives and is ready."""
