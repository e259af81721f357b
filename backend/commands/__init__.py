"""One dataclass per command: its fields are the flags, ``run`` gives the JSON object to print."""
